/** Why a federated credential was refused. Each code is one rule; wire surfaces map it to their own text. */
export const federatedCredentialErrorCodes = [
  'identity-not-found',
  'invalid-name',
  'missing-properties',
  'audience-count',
  'value-too-long',
  'invalid-issuer',
  'duplicate',
  'too-many',
  'concurrent-writes',
] as const;
export type FederatedCredentialErrorCode = (typeof federatedCredentialErrorCodes)[number];

/** Facts for the message of the wire surface. */
export interface FederatedCredentialErrorData {
  /** Object id of the identity. */
  readonly principalId: string;
  /** Name of the credential that was refused. */
  readonly name: string;
  /** The property that broke the rule, for `value-too-long` and `missing-properties`. */
  readonly property?: 'issuer' | 'subject' | 'audiences';
  /** The limit that was exceeded. */
  readonly limit?: number;
  /** Name of the credential that already has this issuer and subject, for `duplicate`. */
  readonly conflict?: string;
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
