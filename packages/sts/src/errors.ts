/**
 * The catalogue of AADSTS errors that this service answers: the OAuth error, the HTTP status and the sentence.
 * Sources: https://learn.microsoft.com/entra/identity-platform/reference-error-codes and texts as clients report them.
 * `{name}` stands for a value of the error's data.
 */
const federatedHint =
  'Check your federated identity credential Subject, Audience and Issuer against the presented assertion. https://learn.microsoft.com/entra/workload-id/workload-identity-federation';
const notInTenant =
  'This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant.';
const tenantNotFound =
  "Tenant '{tenant}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud. Check with your subscription administrator, this may happen if there are no active subscriptions for the tenant.";

interface Row {
  readonly error: string;
  readonly status: number;
  readonly text: string;
}

export const catalogue = {
  50000: { error: 'server_error', status: 500, text: 'There was an error issuing a token.' },
  50020: {
    error: 'invalid_grant',
    status: 400,
    text: "User account '{EmailHidden}' from identity provider '{provider}' does not exist in tenant '{tenant}' and cannot access the application '{app}' in that tenant. The account needs to be added as an external user in the tenant first. Sign out and sign in again with a different Azure Active Directory user account.",
  },
  50027: { error: 'invalid_request', status: 400, text: 'JWT token is invalid or malformed.' },
  50034: {
    error: 'invalid_grant',
    status: 400,
    text: 'The user account {EmailHidden} does not exist in the {tenant} directory. To sign into this application, the account must be added to the directory.',
  },
  50049: { error: 'invalid_instance', status: 400, text: 'Unknown or invalid instance.' },
  50053: {
    error: 'invalid_grant',
    status: 400,
    text: "The account is locked, you've tried to sign in too many times with an incorrect user ID or password.",
  },
  50057: { error: 'invalid_grant', status: 400, text: 'The user account is disabled.' },
  50059: {
    error: 'invalid_request',
    status: 400,
    text: 'No tenant-identifying information found in either the request or implied by any provided credentials.',
  },
  50126: { error: 'invalid_grant', status: 400, text: 'Error validating credentials due to invalid username or password.' },
  50166: { error: 'invalid_request', status: 400, text: 'Request to External OIDC endpoint failed.' },
  50173: {
    error: 'invalid_grant',
    status: 400,
    text: 'The provided grant has expired due to it being revoked, a fresh auth token is needed. The user might have changed or reset their password.',
  },
  70000: { error: 'invalid_grant', status: 400, text: 'Provided grant is invalid or malformed.' },
  70003: { error: 'unsupported_grant_type', status: 400, text: "The app requested an unsupported grant type '{grant}'." },
  70011: {
    error: 'invalid_scope',
    status: 400,
    text: "The provided value for the input parameter 'scope' is not valid. The scope '{scope}' does not exist.",
  },
  90002: { error: 'invalid_request', status: 400, text: tenantNotFound },
  28000: {
    error: 'invalid_request',
    status: 400,
    text: 'Provided value for the input parameter scope is not valid because it contains more than one resource. Scope {scope} is not valid.',
  },
  500011: {
    error: 'invalid_resource',
    status: 400,
    text: `The resource principal named {resource} was not found in the tenant named {tenant}. ${notInTenant} You might have sent your authentication request to the wrong tenant.`,
  },
  700016: {
    error: 'unauthorized_client',
    status: 400,
    text: `Application with identifier '{app}' was not found in the directory '{tenant}'. ${notInTenant} You may have sent your authentication request to the wrong tenant.`,
  },
  700024: {
    error: 'invalid_client',
    status: 401,
    text: 'Client assertion is not within its valid time range. Current time: {now}, assertion valid from {notBefore}, expiry time of assertion {expiry}. Review the documentation at https://learn.microsoft.com/entra/identity-platform/certificate-credentials .',
  },
  700027: {
    error: 'invalid_client',
    status: 401,
    text: "{what} [Reason - {reason}, Thumbprint of key used by client: '{thumbprint}', Please visit the Azure Portal, Graph Explorer or directly use MS Graph to see configured keys for app Id '{app}'. Review the documentation at https://docs.microsoft.com/en-us/graph/deployments to determine the corresponding service endpoint and https://docs.microsoft.com/en-us/graph/api/application-get?view=graph-rest-1.0&tabs=http to build a query request URL, such as 'https://graph.microsoft.com/beta/applications/{app}'].",
  },
  700082: {
    error: 'invalid_grant',
    status: 400,
    text: 'The refresh token has expired due to inactivity. The token was issued on {issued} and was inactive for {days}.00:00:00.',
  },
  700211: {
    error: 'invalid_client',
    status: 401,
    text: `No matching federated identity record found for presented assertion issuer '{issuer}'. ${federatedHint}`,
  },
  700212: {
    error: 'invalid_client',
    status: 401,
    text: `No matching federated identity record found for presented assertion audience '{audience}'. ${federatedHint}`,
  },
  700213: {
    error: 'invalid_client',
    status: 401,
    text: `No matching federated identity record found for presented assertion subject '{subject}'. ${federatedHint}`,
  },
  700222: { error: 'invalid_client', status: 401, text: 'AAD-issued tokens may not be used for federated identity flows.' },
  900023: {
    error: 'invalid_request',
    status: 400,
    text: "Specified tenant identifier '{tenant}' is neither a valid DNS name, nor a valid external domain.",
  },
  900144: { error: 'invalid_request', status: 400, text: "The request body must contain the following parameter: '{parameter}'." },
  900561: { error: 'invalid_request', status: 405, text: 'The endpoint only accepts {expected} requests. Received a {method} request.' },
  1002012: {
    error: 'invalid_scope',
    status: 400,
    text: 'The provided value for scope {scope} is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier (application ID URI).',
  },
  5002738: {
    error: 'invalid_client',
    status: 401,
    text: "Invalid JWT token. '{algorithm}' is not a supported signature algorithm. Supported signing algorithms are: 'RS256'.",
  },
  5002741: {
    error: 'invalid_client',
    status: 401,
    text: 'Number of audience values in the provided client credential exceed maximum allowed. {count} audience values provided, maximum allowed is 1.',
  },
  7000215: {
    error: 'invalid_client',
    status: 401,
    text: "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '{app}'.",
  },
  7000218: {
    error: 'invalid_client',
    status: 401,
    text: "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
  },
  7000222: {
    error: 'invalid_client',
    status: 401,
    text: "The provided client secret keys for app '{app}' are expired. Visit the Azure portal to create new keys for your app: https://aka.ms/NewClientSecret, or consider using certificate credentials for added security: https://aka.ms/certCreds.",
  },
  7000226: { error: 'invalid_client', status: 401, text: 'No federated identity credential policy found on application ({app}).' },
  7000112: { error: 'unauthorized_client', status: 400, text: "Application '{app}'({name}) is disabled." },
  7000272: {
    error: 'invalid_client',
    status: 401,
    text: "The certificate with identifier {key} used to sign the federated credential could not be found in the metadata of identity provider {issuer}. Please validate that your Identity Provider's metadata exposes the key used to sign the incoming token.",
  },
  7002138: {
    error: 'invalid_client',
    status: 401,
    text: "No matching federated identity record found for presented assertion subject '{subject}'. The subject matches with case-insensitive comparison, but not with case-sensitive comparison. Check your federated identity credential Subject, Audience and Issuer against the presented assertion. See documentation at: https://learn.microsoft.com/entra/workload-id/workload-identity-federation.",
  },
  9001023: {
    error: 'invalid_request',
    status: 400,
    text: 'The grant type is not supported over the /common or /consumers endpoints. Please use the /organizations or tenant-specific endpoint.',
  },
  9002313: { error: 'invalid_request', status: 400, text: 'Invalid request. Request is malformed or invalid.' },
} as const satisfies Readonly<Record<number, Row>>;
export type AadstsCode = keyof typeof catalogue;

/** Values for the placeholders of a sentence. What a client sent is cut, so that no answer grows with a request. */
type ErrorData = Readonly<Record<string, string | number>>;

const longestValue = 600;

export interface AadstsOptions {
  readonly data?: ErrorData;
  /** A further sentence for the client, where Azure's own one does not say enough. */
  readonly hint?: string;
  /** Overrides the row's OAuth error: discovery calls an unknown tenant `invalid_tenant`. */
  readonly error?: string;
  readonly status?: number;
  /** For the audit trail only. */
  readonly cause?: unknown;
}

/** A refusal on its way to the writer. */
export class AadstsError extends Error {
  readonly code: AadstsCode;
  readonly error: string;
  readonly status: number;
  /** The sentence without code and trace. */
  readonly sentence: string;

  constructor(code: AadstsCode, options: AadstsOptions = {}) {
    const row: Row = catalogue[code];
    const sentence = fill(row.text, options.data ?? {}) + (options.hint === undefined ? '' : ` ${options.hint}`);
    super(`AADSTS${code}`, { cause: options.cause });
    this.name = 'AadstsError';
    this.code = code;
    this.error = options.error ?? row.error;
    this.status = options.status ?? row.status;
    this.sentence = sentence;
  }
}

/** `{EmailHidden}` is Entra's own text, not a placeholder: only names in `data` are filled. */
const fill = (text: string, data: ErrorData): string =>
  text.replaceAll(/\{(\w+)\}/g, (whole, name: string) => {
    const value = data[name];
    return value === undefined ? whole : String(value).slice(0, longestValue);
  });
