import type { ErrorRow } from './row.ts';

const notInTenant =
  'This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant.';
const tenantNotFound =
  "Tenant '{tenant}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud. Check with your subscription administrator, this may happen if there are no active subscriptions for the tenant.";

/** Requests as such: parameters, tenants, resources, scopes. */
export const requestErrors = {
  50000: { error: 'server_error', status: 500, text: 'There was an error issuing a token.' },
  50049: { error: 'invalid_instance', status: 400, text: 'Unknown or invalid instance.' },
  50059: {
    error: 'invalid_request',
    status: 400,
    text: 'No tenant-identifying information found in either the request or implied by any provided credentials.',
  },
  70003: { error: 'unsupported_grant_type', status: 400, text: "The app requested an unsupported grant type '{grant}'." },
  90002: { error: 'invalid_request', status: 400, text: tenantNotFound },
  // What Entra writes for assertions of the on-behalf-of flow; `{reason}` as in AADSTS700027.
  50013: {
    error: 'invalid_grant',
    status: 400,
    text: 'Assertion failed signature validation. [Reason - {reason}]',
  },
  500011: {
    error: 'invalid_resource',
    status: 400,
    text: `The resource principal named {resource} was not found in the tenant named {tenant}. ${notInTenant} You might have sent your authentication request to the wrong tenant.`,
  },
  // The OAuth error is not verified against Entra.
  500014: {
    error: 'invalid_resource',
    status: 400,
    text: "The service principal for resource '{resource}' is disabled. This indicate that a subscription within the tenant has lapsed, or that the administrator for this tenant has disabled the application, preventing tokens from being issued for it.",
  },
  500131: {
    error: 'invalid_grant',
    status: 400,
    text: "Assertion audience does not match the Client app presenting the assertion. The audience in the assertion was '{audience}' and the expected audience is '{app}' or one of the Application Uris of this application with App ID '{app}'({name}). The downstream client must request a token for the expected audience (the application that made the OBO request) and this application should use that token as the assertion.",
  },
  500133: {
    error: 'invalid_grant',
    status: 400,
    text: 'Assertion is not within its valid time range. Ensure that the access token is not expired before using it for user assertion, or request a new token. Current time: {now}, expiry time of assertion {expiry}.',
  },
  // The OAuth error is not verified against Entra.
  501051: {
    error: 'invalid_grant',
    status: 400,
    text: "Application '{app}'({name}) is not assigned to a role for the application '{resource}'({resourceName}).",
  },
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
  9002313: { error: 'invalid_request', status: 400, text: 'Invalid request. Request is malformed or invalid.' },
} as const satisfies Readonly<Record<number, ErrorRow>>;
