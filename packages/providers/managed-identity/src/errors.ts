import { defineErrors, type ErrorRow } from '@podpass/arm';

/**
 * The provider's own errors. Texts of federated credentials follow
 * https://learn.microsoft.com/entra/workload-id/workload-identity-federation-considerations#errors
 */
export const identityErrors = {
  InvalidIdentityName: {
    status: 400,
    code: 'BadRequest',
    message:
      "Resource name '{name}' is invalid. The name must be between 3 and 128 characters, start with a letter or digit, and hold only letters, digits, '-' and '_'.",
  },
  ParentNotFound: { status: 404, code: 'NotFound', message: "The parent user-assigned identity doesn't exist." },
  CredentialNotFound: {
    status: 404,
    code: 'NotFound',
    message: "The Federated Identity Credential with the name '{name}' was not found on the resource '{identity}'.",
  },
  CredentialName: { status: 400, code: 'BadRequest', message: "Federated Identity Credential name '{name}' is invalid." },
  EmptyProperties: {
    status: 400,
    code: 'BadRequest',
    message: 'Federated Identity Credential from HTTP body has empty properties',
  },
  OneAudience: { status: 400, code: 'BadRequest', message: 'Federated identity credentials must have exactly one audience.' },
  TooLong: {
    status: 400,
    code: 'BadRequest',
    message: "The value of '{property}' of the Federated Identity Credential is longer than the limit of {limit} characters.",
  },
  InvalidIssuer: {
    status: 400,
    code: 'BadRequest',
    message: "The issuer '{issuer}' of the Federated Identity Credential is not a valid https URL without query and fragment.",
  },
  Duplicate: {
    status: 400,
    code: 'BadRequest',
    message: 'Issuer and subject combination already exists for this Managed Identity.',
  },
  TooMany: {
    status: 400,
    code: 'TooManyFederatedIdentityCredentials',
    message: 'Too many Federated Identity Credentials exist for the managed identity: the limit is {limit}.',
  },
  ConcurrentFederatedIdentityCredentialsWritesForSingleManagedIdentity: {
    status: 409,
    message:
      "Too many Federated Identity Credentials are written concurrently for the managed identity '{identity}'. Concurrent Federated Identity Credentials writes under the same managed identity are not supported.",
  },
  // As the token service says it of such objects (AADSTS700235); ARM's own sentence is not documented.
  Flexible: {
    status: 400,
    code: 'BadRequest',
    message:
      'The federated identity credentials of user-assigned managed identities do not support credentials matching via expression (claimsMatchingExpression). Give a subject instead; applications support expressions.',
  },
} as const satisfies Readonly<Record<string, ErrorRow>>;

export const fail = defineErrors(identityErrors);
