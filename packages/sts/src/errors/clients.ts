import type { ErrorRow } from './row.ts';

const notInTenant =
  'This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant.';

/** Clients and their credentials. */
export const clientErrors = {
  50027: { error: 'invalid_request', status: 400, text: 'JWT token is invalid or malformed.' },
  700016: {
    error: 'unauthorized_client',
    status: 400,
    text: `Application with identifier '{app}' was not found in the directory '{tenant}'. ${notInTenant} You may have sent your authentication request to the wrong tenant.`,
  },
  700021: { error: 'invalid_client', status: 401, text: "Client assertion application identifier doesn't match 'client_id' parameter." },
  700023: { error: 'invalid_client', status: 401, text: 'Client assertion audience claim does not match Realm issuer.' },
  700024: {
    error: 'invalid_client',
    status: 401,
    text: 'Client assertion is not within its valid time range. Current time: {now}, assertion valid from {notBefore}, expiry time of assertion {expiry}. Review the documentation at https://learn.microsoft.com/entra/identity-platform/certificate-credentials .',
  },
  700025: {
    error: 'invalid_client',
    status: 401,
    text: "Client is public so neither 'client_assertion' nor 'client_secret' should be presented.",
  },
  700027: {
    error: 'invalid_client',
    status: 401,
    text: "{what} [Reason - {reason}, Thumbprint of key used by client: '{thumbprint}', Please visit the Azure Portal, Graph Explorer or directly use MS Graph to see configured keys for app Id '{app}'. Review the documentation at https://docs.microsoft.com/en-us/graph/deployments to determine the corresponding service endpoint and https://docs.microsoft.com/en-us/graph/api/application-get?view=graph-rest-1.0&tabs=http to build a query request URL, such as 'https://graph.microsoft.com/beta/applications/{app}'].",
  },
  7000112: { error: 'unauthorized_client', status: 400, text: "Application '{app}'({name}) is disabled." },
  // The sentence is Entra's; OAuth error and status are not verified against it.
  7000114: {
    error: 'invalid_grant',
    status: 400,
    text: "Application '{app}' is not allowed to make application on-behalf-of calls.",
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
} as const satisfies Readonly<Record<number, ErrorRow>>;
