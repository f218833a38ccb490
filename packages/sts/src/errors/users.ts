import type { ErrorRow } from './row.ts';

/**
 * Users: passwords, sessions, codes, sign-in pages, consent. Texts as clients report them; those marked `unverified` follow the
 * meaning that the reference gives a code, in words of our own.
 * https://learn.microsoft.com/entra/identity-platform/reference-error-codes
 */
export const userErrors = {
  16000: {
    error: 'interaction_required',
    status: 400,
    text: 'Either multiple user identities are available for the current request or selected account is not supported for the scenario.',
  },
  28000: {
    error: 'invalid_request',
    status: 400,
    text: 'Provided value for the input parameter scope is not valid because it contains more than one resource. Scope {scope} is not valid.',
  },
  50011: {
    error: 'invalid_request',
    status: 400,
    text: "The redirect URI '{redirect}' specified in the request does not match the redirect URIs configured for the application '{app}'. Make sure the redirect URI sent in the request matches one added to your application in the Azure portal. Navigate to https://aka.ms/redirectUriMismatchError to learn more about how to troubleshoot this error.",
  },
  50020: {
    error: 'invalid_grant',
    status: 400,
    text: "User account '{EmailHidden}' from identity provider '{provider}' does not exist in tenant '{tenant}' and cannot access the application '{app}' in that tenant. The account needs to be added as an external user in the tenant first. Sign out and sign in again with a different Azure Active Directory user account.",
  },
  50034: {
    error: 'invalid_grant',
    status: 400,
    text: 'The user account {EmailHidden} does not exist in the {tenant} directory. To sign into this application, the account must be added to the directory.',
  },
  50053: {
    error: 'invalid_grant',
    status: 400,
    text: "The account is locked, you've tried to sign in too many times with an incorrect user ID or password.",
  },
  50055: { error: 'invalid_grant', status: 400, text: 'The password is expired.' },
  50057: { error: 'invalid_grant', status: 400, text: 'The user account is disabled.' },
  50058: { error: 'login_required', status: 400, text: 'A silent sign-in request was sent but no user is signed in.' },
  50105: {
    error: 'invalid_grant',
    status: 400,
    text: "Your administrator has configured the application {name} ('{app}') to block users unless they are specifically granted ('assigned') access to the application. The signed in user '{EmailHidden}' is blocked because they are not a direct member of a group with access, nor had access directly assigned by an administrator. Please contact your administrator to assign access to this application.",
  },
  50126: { error: 'invalid_grant', status: 400, text: 'Error validating credentials due to invalid username or password.' },
  50173: {
    error: 'invalid_grant',
    status: 400,
    text: 'The provided grant has expired due to it being revoked, a fresh auth token is needed. The user might have changed or reset their password.',
  },
  50194: {
    error: 'invalid_request',
    status: 400,
    text: "Application '{app}'({name}) is not configured as a multi-tenant application. Usage of the /common endpoint is not supported for such apps created after '10/15/2018'. Use a tenant-specific endpoint or configure the application to be multi-tenant.",
  },
  54005: {
    error: 'invalid_grant',
    status: 400,
    text: 'OAuth2 Authorization code was already redeemed, please retry with a new valid code or use an existing refresh token.',
  },
  65001: {
    error: 'invalid_grant',
    status: 400,
    text: "The user or administrator has not consented to use the application with ID '{app}' named '{name}'. Send an interactive authorization request for this user and resource.",
  },
  65004: { error: 'access_denied', status: 400, text: 'User declined to consent to access the app.' },
  70000: { error: 'invalid_grant', status: 400, text: 'Provided grant is invalid or malformed.' },
  // unverified
  70005: { error: 'unsupported_response_type', status: 400, text: "The response type '{type}' is not supported." },
  70007: {
    error: 'unsupported_response_mode',
    status: 400,
    text: "'{mode}' is not a supported value of 'response_mode' when requesting a token.",
  },
  70008: {
    error: 'invalid_grant',
    status: 400,
    text: 'The provided authorization code or refresh token has expired due to inactivity. Send a new interactive authorization request for this user and resource.',
  },
  70011: {
    error: 'invalid_scope',
    status: 400,
    text: "The provided value for the input parameter 'scope' is not valid. The scope '{scope}' does not exist.",
  },
  70016: {
    error: 'authorization_pending',
    status: 400,
    text: 'OAuth 2.0 device flow error. Authorization is pending. Continue polling.',
  },
  // unverified; the error is the one that the device code documentation names
  70018: { error: 'bad_verification_code', status: 400, text: 'Invalid verification code.' },
  70020: {
    error: 'expired_token',
    status: 400,
    text: "The provided value for the input parameter 'device_code' is not valid. This device code has expired.",
  },
  90023: { error: 'invalid_request', status: 400, text: "Unsupported '{parameter}' value." },
  // What Entra answers when a part of it is overloaded; that it does so here is not verified.
  90033: { error: 'temporarily_unavailable', status: 503, text: 'A transient error has occurred. Please try again.' },
  90094: {
    error: 'access_denied',
    status: 403,
    text: '{name} needs permission to access resources in your organization that only an admin can grant. Please ask an admin to grant permission to this app before you can use it.',
  },
  // unverified
  500112: {
    error: 'invalid_client',
    status: 400,
    text: "The reply address '{redirect}' does not match the reply address '{original}' provided when requesting Authorization code.",
  },
  500113: { error: 'invalid_request', status: 400, text: 'No reply address is registered for the application.' },
  501481: {
    error: 'invalid_grant',
    status: 400,
    text: 'The Code_Verifier does not match the code_challenge supplied in the authorization request.',
  },
  501491: { error: 'invalid_request', status: 400, text: 'Invalid size of Code_Challenge parameter.' },
  650053: {
    error: 'invalid_client',
    status: 400,
    text: "The application '{app}' asked for scope '{scope}' that doesn't exist on the resource '{resourceId}'. Contact the app vendor.",
  },
  650057: {
    error: 'invalid_client',
    status: 400,
    text: "Invalid resource. The client has requested access to a resource which is not listed in the requested permissions in the client's application registration. Client app ID: {app}({name}). Resource value from request: {requested}. Resource app ID: {resource}. List of valid resources from app registration: {valid}.",
  },
  // unverified
  700005: {
    error: 'invalid_grant',
    status: 400,
    text: 'Provided Authorization Code is intended to use against other tenant, thus rejected. OAuth2 Authorization Code must be redeemed against same tenant it was acquired for.',
  },
  700051: { error: 'unsupported_response_type', status: 400, text: "response_type 'token' is not enabled for the application." },
  700054: { error: 'unsupported_response_type', status: 400, text: "response_type 'id_token' is not enabled for the application." },
  700082: {
    error: 'invalid_grant',
    status: 400,
    text: 'The refresh token has expired due to inactivity. The token was issued on {issued} and was inactive for {days}.00:00:00.',
  },
  700084: {
    error: 'invalid_grant',
    status: 400,
    text: 'The refresh token was issued to a single page app (SPA), and therefore has a fixed, limited lifetime of {days}.00:00:00, which cannot be extended. It is now expired and a new sign in request must be sent by the SPA to the sign in page. The token was issued on {issued}.',
  },
  900971: { error: 'invalid_request', status: 400, text: 'No reply address provided.' },
  9001023: {
    error: 'invalid_request',
    status: 400,
    text: 'The grant type is not supported over the /common or /consumers endpoints. Please use the /organizations or tenant-specific endpoint.',
  },
  9002325: {
    error: 'invalid_request',
    status: 400,
    text: 'Proof Key for Code Exchange is required for cross-origin authorization code redemption.',
  },
  9002326: {
    error: 'invalid_request',
    status: 400,
    text: "Cross-origin token redemption is permitted only for the 'Single-Page Application' client-type. Request origin: '{origin}'.",
  },
  9002327: {
    error: 'invalid_request',
    status: 400,
    text: "Tokens issued for the 'Single-Page Application' client-type may only be redeemed via cross-origin requests.",
  },
  9002332: {
    error: 'invalid_request',
    status: 400,
    text: "Application '{app}'({name}) is configured for use by Azure Active Directory users only. Please do not use the /consumers endpoint to serve this request.",
  },
} as const satisfies Readonly<Record<number, ErrorRow>>;
