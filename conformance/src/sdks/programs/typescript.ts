import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import {
  ClientAssertionCredential,
  ClientCertificateCredential,
  ClientSecretCredential,
  DefaultAzureCredential,
  DeviceCodeCredential,
  OnBehalfOfCredential,
  UsernamePasswordCredential,
  WorkloadIdentityCredential,
  type TokenCredential,
} from '@azure/identity';
import { ConfidentialClientApplication, PublicClientApplication, type AuthenticationResult } from '@azure/msal-node';

/**
 * Gets one token for each row of the SDK matrix with @azure/identity and @azure/msal-node. Reads {tenantId, authority, scope,
 * rows} as JSON from standard input; prints a JSON object per line: {row, token} or {row, error}, and {row, device: {uri,
 * code}} while a device code waits for its approval.
 */
interface Row {
  readonly id: string;
  readonly library: 'identity' | 'msal';
  readonly credential: string;
  readonly clientId: string;
  readonly secret: string;
  readonly certificate: string;
  readonly thumbprintSha256: string;
  readonly tokenFile: string;
  readonly username: string;
  readonly password: string;
  readonly userAssertion: string;
}

interface Task {
  readonly tenantId: string;
  readonly authority: string;
  readonly scope: string;
  readonly rows: readonly Row[];
}

const task = JSON.parse(await text(process.stdin)) as Task;
const { tenantId, scope } = task;
const scopes = [scope];
const say = (row: Row, what: object): void => void process.stdout.write(`${JSON.stringify({ row: row.id, ...what })}\n`);
const device = (row: Row, uri: string, code: string): void => say(row, { device: { uri, code } });
const read = (file: string): string => readFileSync(file, 'utf8');

const credentials: Readonly<Record<string, (row: Row) => TokenCredential>> = {
  WorkloadIdentityCredential: (row) => new WorkloadIdentityCredential({ tenantId, clientId: row.clientId, tokenFilePath: row.tokenFile }),
  ClientSecretCredential: (row) => new ClientSecretCredential(tenantId, row.clientId, row.secret),
  ClientCertificateCredential: (row) => new ClientCertificateCredential(tenantId, row.clientId, { certificatePath: row.certificate }),
  ClientAssertionCredential: (row) => new ClientAssertionCredential(tenantId, row.clientId, async () => read(row.tokenFile)),
  DefaultAzureCredential: () => new DefaultAzureCredential(),
  DeviceCodeCredential: (row) =>
    new DeviceCodeCredential({ tenantId, userPromptCallback: ({ verificationUri, userCode }) => device(row, verificationUri, userCode) }),
  // oxlint-disable-next-line typescript/no-deprecated -- the SDK still has it, and people still use it
  UsernamePasswordCredential: (row) => new UsernamePasswordCredential(tenantId, row.clientId, row.username, row.password),
  OnBehalfOfCredential: (row) =>
    new OnBehalfOfCredential({ tenantId, clientId: row.clientId, clientSecret: row.secret, userAssertionToken: row.userAssertion }),
};

const authority = `${task.authority}/${tenantId}`;
const publicClient = (row: Row) => new PublicClientApplication({ auth: { clientId: row.clientId, authority } });
const confidential = (row: Row, auth: object) =>
  new ConfidentialClientApplication({ auth: { clientId: row.clientId, authority, ...auth } });
const forClient = (row: Row, auth: object) => confidential(row, auth).acquireTokenByClientCredential({ scopes });

const msal: Readonly<Record<string, (row: Row) => Promise<AuthenticationResult | null>>> = {
  'client secret': (row) => forClient(row, { clientSecret: row.secret }),
  'client certificate': (row) =>
    forClient(row, { clientCertificate: { thumbprintSha256: row.thumbprintSha256, privateKey: read(row.certificate) } }),
  'client assertion': (row) => forClient(row, { clientAssertion: read(row.tokenFile) }),
  'device code': (row) =>
    publicClient(row).acquireTokenByDeviceCode({
      scopes,
      deviceCodeCallback: ({ verificationUri, userCode }) => device(row, verificationUri, userCode),
    }),
  'username and password': (row) =>
    publicClient(row).acquireTokenByUsernamePassword({ scopes, username: row.username, password: row.password }),
  'on behalf of': (row) =>
    confidential(row, { clientSecret: row.secret }).acquireTokenOnBehalfOf({ scopes, oboAssertion: row.userAssertion }),
};

const tokenOf = async (row: Row): Promise<string | undefined> => {
  if (row.library === 'msal') return (await msal[row.credential]?.(row))?.accessToken;
  return (await credentials[row.credential]?.(row).getToken(scope))?.token;
};

for (const row of task.rows) {
  try {
    const token = await tokenOf(row);
    say(row, token === undefined ? { error: 'no token, and no reason' } : { token });
  } catch (failure) {
    say(row, { error: failure instanceof Error ? failure.message : String(failure) });
  }
}
