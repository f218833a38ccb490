import type { Answer } from '@podpass/http';

/** Every error that the data plane answers: status, outer code, inner code and where its text is from. */
interface Row {
  readonly status: number;
  readonly code: string;
  readonly inner?: string;
  /** `captured`: text seen in recorded answers or public reports. `own`: Azure's text is unknown, or Azure has no such case. */
  readonly text: 'captured' | 'own';
}

export const catalogue = {
  missingToken: { status: 401, code: 'Unauthorized', text: 'captured' },
  malformedToken: { status: 401, code: 'Unauthorized', text: 'own' },
  unknownSigner: { status: 401, code: 'Unauthorized', text: 'captured' },
  tokenLifetime: { status: 401, code: 'Unauthorized', text: 'own' },
  invalidAudience: { status: 401, code: 'Unauthorized', text: 'captured' },
  invalidIssuer: { status: 401, code: 'Unauthorized', text: 'captured' },
  forbiddenByRbac: { status: 403, code: 'Forbidden', inner: 'ForbiddenByRbac', text: 'captured' },
  accessDenied: { status: 403, code: 'Forbidden', inner: 'AccessDenied', text: 'captured' },
  purgeProtected: { status: 403, code: 'Forbidden', inner: 'ForbiddenByPolicy', text: 'captured' },
  secretDisabled: { status: 403, code: 'Forbidden', inner: 'SecretDisabled', text: 'captured' },
  secretNotYetValid: { status: 403, code: 'Forbidden', inner: 'SecretNotYetValid', text: 'own' },
  secretExpired: { status: 403, code: 'Forbidden', inner: 'SecretExpired', text: 'own' },
  vaultNotFound: { status: 404, code: 'VaultNotFound', text: 'own' },
  secretNotFound: { status: 404, code: 'SecretNotFound', text: 'captured' },
  deletedSecretNotFound: { status: 404, code: 'SecretNotFound', text: 'captured' },
  badParameter: { status: 400, code: 'BadParameter', text: 'captured' },
  deletedButRecoverable: { status: 409, code: 'Conflict', inner: 'ObjectIsDeletedButRecoverable', text: 'captured' },
  contention: { status: 409, code: 'Conflict', text: 'own' },
  bodyTooLarge: { status: 413, code: 'RequestEntityTooLarge', text: 'own' },
  headersTooLarge: { status: 431, code: 'RequestHeaderFieldsTooLarge', text: 'own' },
  timeout: { status: 408, code: 'RequestTimeout', text: 'own' },
  internal: { status: 500, code: 'InternalServerError', text: 'own' },
  notImplemented: { status: 501, code: 'NotImplemented', text: 'own' },
} as const satisfies Readonly<Record<string, Row>>;

export type ErrorKind = keyof typeof catalogue;

/** Thrown by any phase or operation; the surface turns it into the answer. Its message is meant for the client. */
export class Refusal extends Error {
  readonly kind: ErrorKind;
  readonly headers: Readonly<Record<string, string>>;

  constructor(kind: ErrorKind, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.name = 'Refusal';
    this.kind = kind;
    this.headers = headers;
  }
}

export const badParameter = (message: string): Refusal => new Refusal('badParameter', message);

/** The one writer of error bodies: `{"error":{"code","message","innererror"?:{"code"}}}`. */
export const errorAnswer = (kind: ErrorKind, message: string, headers: Readonly<Record<string, string>> = {}): Answer => {
  const row: Row = catalogue[kind];
  const error = { code: row.code, message, ...(row.inner === undefined ? {} : { innererror: { code: row.inner } }) };
  return { status: row.status, headers, body: { error } };
};
