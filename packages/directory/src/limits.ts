/**
 * Entra's limits for federated identity credentials.
 * Source: https://learn.microsoft.com/entra/workload-id/workload-identity-federation-considerations
 */
export const federatedCredentialLimits = {
  /** Credentials of one identity. */
  perIdentity: 20,
  /** Audiences of one credential: no more, no fewer. */
  audiences: 1,
  /** Characters of the issuer, the subject and each audience. */
  textLength: 600,
} as const;

/** 3 to 120 characters: letters, digits, `-` and `_`, not starting with a sign. */
export const federatedCredentialNamePattern = /^[a-zA-Z0-9][a-zA-Z0-9-_]{2,119}$/;

/** Days that a client secret lives when nothing else is asked (the Azure CLI asks for a year). */
export const defaultSecretDays = 365;

/** Characters of a generated client secret's alphabet; 40 of them carry more than 230 bits. */
export const secretAlphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789~_-';
export const secretLength = 40;

/** The longest user principal name and display name (Microsoft Graph, resource type user). */
export const userLimits = { principalName: 113, displayName: 256, password: 256 } as const;

/** How often a write that lost a race over unrelated keys is tried again before it fails as a conflict. */
export const writeAttempts = 5;
