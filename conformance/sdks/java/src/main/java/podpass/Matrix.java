package podpass;

import com.azure.core.credential.TokenCredential;
import com.azure.core.credential.TokenRequestContext;
import com.azure.identity.ClientAssertionCredentialBuilder;
import com.azure.identity.ClientCertificateCredentialBuilder;
import com.azure.identity.ClientSecretCredentialBuilder;
import com.azure.identity.DefaultAzureCredentialBuilder;
import com.azure.identity.DeviceCodeCredentialBuilder;
import com.azure.identity.OnBehalfOfCredentialBuilder;
import com.azure.identity.UsernamePasswordCredentialBuilder;
import com.azure.identity.WorkloadIdentityCredentialBuilder;
import com.azure.json.JsonProviders;
import com.azure.json.JsonReader;
import com.azure.json.JsonWriter;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Gets one token for each row of the SDK matrix with azure-identity for Java.
 *
 * <p>Reads {tenantId, scope, rows} as JSON from standard input; prints a JSON object per line: {row, token} or {row,
 * error}, and {row, device: {uri, code}} while a device code waits for its approval.
 */
public final class Matrix {
  private Matrix() {}

  @SuppressWarnings("unchecked")
  public static void main(String[] args) throws IOException {
    Map<String, Object> task;
    try (JsonReader reader = JsonProviders.createReader(System.in.readAllBytes())) {
      task = reader.readMap(JsonReader::readUntyped);
    }
    String tenant = (String) task.get("tenantId");
    String scope = (String) task.get("scope");
    for (Object each : (List<Object>) task.get("rows")) {
      Map<String, Object> row = (Map<String, Object>) each;
      try {
        TokenRequestContext request = new TokenRequestContext().addScopes(scope).setTenantId(tenant);
        say(row, "token", credential(tenant, row).getToken(request).block(Duration.ofSeconds(90)).getToken());
      } catch (RuntimeException failure) {
        say(row, "error", reasons(failure));
      }
    }
    System.exit(0);
  }

  @SuppressWarnings("deprecation")
  private static TokenCredential credential(String tenant, Map<String, Object> row) {
    String client = (String) row.get("clientId");
    return switch ((String) row.get("credential")) {
      case "WorkloadIdentityCredential" ->
          new WorkloadIdentityCredentialBuilder()
              .tenantId(tenant).clientId(client).tokenFilePath((String) row.get("tokenFile")).build();
      case "ClientSecretCredential" ->
          new ClientSecretCredentialBuilder()
              .tenantId(tenant).clientId(client).clientSecret((String) row.get("secret")).build();
      case "ClientCertificateCredential" ->
          new ClientCertificateCredentialBuilder()
              .tenantId(tenant).clientId(client).pemCertificate((String) row.get("certificate")).build();
      case "ClientAssertionCredential" ->
          new ClientAssertionCredentialBuilder()
              .tenantId(tenant).clientId(client).clientAssertion(() -> read((String) row.get("tokenFile"))).build();
      case "DefaultAzureCredential" -> new DefaultAzureCredentialBuilder().build();
      case "DeviceCodeCredential" ->
          new DeviceCodeCredentialBuilder()
              .tenantId(tenant)
              .challengeConsumer(code -> sayDevice(row, code.getVerificationUrl(), code.getUserCode()))
              .build();
      case "UsernamePasswordCredential" ->
          new UsernamePasswordCredentialBuilder()
              .tenantId(tenant).clientId(client)
              .username((String) row.get("username")).password((String) row.get("password")).build();
      case "OnBehalfOfCredential" ->
          new OnBehalfOfCredentialBuilder()
              .tenantId(tenant).clientId(client)
              .clientSecret((String) row.get("secret")).userAssertion((String) row.get("userAssertion")).build();
      default -> throw new IllegalArgumentException("unknown credential " + row.get("credential"));
    };
  }

  /** The messages of a failure and of what caused it: the SDK wraps the server's own words for some credentials. */
  private static String reasons(Throwable failure) {
    String own = String.valueOf(failure.getMessage());
    return failure.getCause() == null ? own : own + " <- " + reasons(failure.getCause());
  }

  private static String read(String file) {
    try {
      return Files.readString(Path.of(file));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private static void say(Map<String, Object> row, String name, String value) {
    print(Map.of("row", row.get("id"), name, value));
  }

  private static void sayDevice(Map<String, Object> row, String uri, String code) {
    print(Map.of("row", row.get("id"), "device", Map.of("uri", uri, "code", code)));
  }

  private static void print(Map<String, Object> answer) {
    StringWriter text = new StringWriter();
    try (JsonWriter writer = JsonProviders.createWriter(text)) {
      writer.writeUntyped(answer);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    System.out.println(text);
    System.out.flush();
  }
}
