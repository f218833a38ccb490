/** Ways to get a token, and what proves who asks. The token service's own tests and the SDK rows witness them. */
export const grants: readonly (readonly [grant: string, proof: string, state: 'supported'])[] = [
  ['client_credentials', 'client secret', 'supported'],
  ['client_credentials', 'certificate (client assertion, RS256 or PS256)', 'supported'],
  ['client_credentials', 'federated credential (assertion of another issuer, or of a managed identity)', 'supported'],
  ['authorization_code', 'sign-in page, PKCE', 'supported'],
  ['device_code', 'sign-in page, user code', 'supported'],
  ['refresh_token', 'rotating refresh token', 'supported'],
  ['password', "the user's password", 'supported'],
  ['on-behalf-of (jwt-bearer)', "a user's access token and the client's own credential", 'supported'],
];
