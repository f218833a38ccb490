/** Why a federated credential was refused. Each code is one rule; wire surfaces map it to their own text. */
export const federatedCredentialErrorCodes = [
  'identity-not-found',
  'invalid-name',
  'missing-properties',
  'subject-and-expression',
  'audience-count',
  'value-too-long',
  'invalid-issuer',
  'expression-on-managed-identity',
  'expression-language',
  'invalid-expression',
  'expression-unfit-for-issuer',
  'name-taken',
  'duplicate',
  'too-many',
  'concurrent-writes',
] as const;
export type FederatedCredentialErrorCode = (typeof federatedCredentialErrorCodes)[number];

/** Facts for the message of the wire surface. */
export interface FederatedCredentialErrorData {
  /** Object id of the identity or application. */
  readonly principalId: string;
  /** Name of the credential that was refused. */
  readonly name: string;
  /** The property that broke the rule. */
  readonly property?: 'issuer' | 'subject' | 'audiences' | 'description' | 'claimsMatchingExpression';
  /** The limit that was exceeded. */
  readonly limit?: number;
  /** Name of the credential that already has this issuer and subject (or expression), for `duplicate`. */
  readonly conflict?: string;
  /** What is wrong with the expression, for `invalid-expression` and `expression-unfit-for-issuer`. */
  readonly reason?: string;
  /** Where in the expression, in characters from its start, for `invalid-expression`. */
  readonly at?: number;
}

/** Thrown by `federatedCredentials.put`. The message is for logs; its rule is the code. */
export class FederatedCredentialError extends Error {
  readonly code: FederatedCredentialErrorCode;
  readonly data: FederatedCredentialErrorData;

  constructor(code: FederatedCredentialErrorCode, data: FederatedCredentialErrorData) {
    super(`federated credential refused: ${code}`);
    this.name = 'FederatedCredentialError';
    this.code = code;
    this.data = data;
  }
}
