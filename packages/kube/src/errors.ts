import type { Fields } from './object/types.ts';

/** The `reason` of a Status. Source: https://kubernetes.io/docs/reference/generated/kubernetes-api/v1.35/#status-v1-meta */
export type StatusReason =
  | 'AlreadyExists'
  | 'BadRequest'
  | 'Conflict'
  | 'Expired'
  | 'Forbidden'
  | 'InternalError'
  | 'Invalid'
  | 'MethodNotAllowed'
  | 'NotAcceptable'
  | 'NotFound'
  | 'NotImplemented'
  | 'RequestEntityTooLarge'
  | 'ServiceUnavailable'
  | 'Timeout'
  | 'TooManyRequests'
  | 'Unauthorized'
  | 'UnsupportedMediaType'
  | '';

export interface StatusCause {
  readonly reason?: string;
  readonly message: string;
  readonly field?: string;
}

export interface StatusDetails {
  readonly name?: string;
  readonly group?: string;
  readonly kind?: string;
  readonly uid?: string;
  readonly causes?: readonly StatusCause[];
  readonly retryAfterSeconds?: number;
}

/** Which object an error is about; `kind` is the plural, as Kubernetes has it in `details`. */
export interface Subject {
  readonly group: string;
  readonly resource: string;
  readonly name?: string | undefined;
}

/** An error that is answered as a Status. The message is sent to the client. */
export class StatusError extends Error {
  readonly code: number;
  readonly reason: StatusReason;
  readonly details: StatusDetails | undefined;
  /** Set on 410 for lists: the token to go on with. */
  readonly continueToken: string | undefined;

  constructor(
    code: number,
    reason: StatusReason,
    message: string,
    more: { details?: StatusDetails; continueToken?: string; cause?: unknown } = {},
  ) {
    super(message, { cause: more.cause });
    this.name = 'StatusError';
    this.code = code;
    this.reason = reason;
    this.details = more.details;
    this.continueToken = more.continueToken;
  }
}

/** The `Status` object of an error. */
export const statusOfError = (error: StatusError): Fields => ({
  kind: 'Status',
  apiVersion: 'v1',
  metadata: error.continueToken === undefined ? {} : { continue: error.continueToken },
  status: 'Failure',
  message: error.message,
  ...(error.reason === '' ? {} : { reason: error.reason }),
  ...(error.details === undefined ? {} : { details: error.details }),
  code: error.code,
});

const qualified = (subject: Subject) => (subject.group === '' ? subject.resource : `${subject.resource}.${subject.group}`);
const detailsOf = (subject: Subject, more: Partial<StatusDetails> = {}): StatusDetails => ({
  ...(subject.name === undefined || subject.name === '' ? {} : { name: subject.name }),
  ...(subject.group === '' ? {} : { group: subject.group }),
  kind: subject.resource,
  ...more,
});

/** All errors of the surface: status, reason and message template. */
export const errors = {
  badRequest: (message: string) => new StatusError(400, 'BadRequest', message),
  unauthorized: () => new StatusError(401, 'Unauthorized', 'Unauthorized'),
  forbidden: (subject: Subject, why: string, causes?: readonly StatusCause[]) => {
    const whom = subject.name === undefined || subject.name === '' ? qualified(subject) : `${qualified(subject)} "${subject.name}"`;
    return new StatusError(403, 'Forbidden', `${whom} is forbidden: ${why}`, {
      details: detailsOf(subject, causes === undefined ? {} : { causes }),
    });
  },
  forbiddenPath: (user: string, verb: string, path: string) =>
    new StatusError(403, 'Forbidden', `forbidden: User "${user}" cannot ${verb} path "${path}"`, { details: {} }),
  notFound: (subject: Subject) =>
    new StatusError(404, 'NotFound', `${qualified(subject)} "${subject.name ?? ''}" not found`, { details: detailsOf(subject) }),
  noSuchPath: () => new StatusError(404, 'NotFound', 'the server could not find the requested resource', { details: {} }),
  methodNotAllowed: () =>
    new StatusError(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource', { details: {} }),
  /** The definition of the resource is being deleted. */
  terminatingDefinition: (verb: string) =>
    new StatusError(405, 'MethodNotAllowed', `${verb} not allowed while custom resource definition is terminating`, { details: {} }),
  notAcceptable: (accepted: readonly string[]) =>
    new StatusError(406, 'NotAcceptable', `only the following media types are accepted: ${accepted.join(', ')}`),
  alreadyExists: (subject: Subject) =>
    new StatusError(409, 'AlreadyExists', `${qualified(subject)} "${subject.name ?? ''}" already exists`, { details: detailsOf(subject) }),
  conflict: (subject: Subject, why: string) =>
    new StatusError(409, 'Conflict', `Operation cannot be fulfilled on ${qualified(subject)} "${subject.name ?? ''}": ${why}`, {
      details: detailsOf(subject),
    }),
  expired: (message: string, continueToken?: string) =>
    new StatusError(410, 'Expired', message, continueToken === undefined ? {} : { continueToken }),
  tooLarge: (limit: number) => new StatusError(413, 'RequestEntityTooLarge', `Request entity too large: limit is ${limit}`),
  unsupportedMediaType: (accepted: readonly string[]) =>
    new StatusError(
      415,
      'UnsupportedMediaType',
      `the body of the request was in an unknown format - accepted media types include: ${accepted.join(', ')}`,
    ),
  /** `kind` is the kind, not the plural, as in Kubernetes. */
  invalid: (kind: { readonly group: string; readonly kind: string }, name: string, causes: readonly StatusCause[]) => {
    const problems = causes.map((cause) => (cause.field === undefined ? cause.message : `${cause.field}: ${cause.message}`));
    const list = problems.length === 1 ? (problems[0] ?? '') : `[${problems.join(', ')}]`;
    const whom = kind.group === '' ? kind.kind : `${kind.kind}.${kind.group}`;
    return new StatusError(422, 'Invalid', `${whom} "${name}" is invalid: ${list}`, {
      details: { ...(name === '' ? {} : { name }), ...(kind.group === '' ? {} : { group: kind.group }), kind: kind.kind, causes },
    });
  },
  tooManyRequests: (message: string, retryAfterSeconds: number) =>
    new StatusError(429, 'TooManyRequests', message, { details: { retryAfterSeconds } }),
  internal: (message: string, cause?: unknown) =>
    new StatusError(500, 'InternalError', `Internal error occurred: ${message}`, { details: { causes: [{ message }] }, cause }),
  versionOnCreate: () => new StatusError(500, 'InternalError', 'resourceVersion should not be set on objects to be created'),
  notImplemented: (what: string) =>
    new StatusError(501, 'NotImplemented', `${what} is not implemented by this API server`, { details: {} }),
  unavailable: (message: string) => new StatusError(503, 'ServiceUnavailable', message),
  versionTooLarge: (asked: number, current: number) =>
    new StatusError(504, 'Timeout', `Timeout: Too large resource version: ${asked}, current: ${current}`, {
      details: { causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }], retryAfterSeconds: 1 },
    }),
} as const;

export const messages = {
  modified: 'the object has been modified; please apply your changes to the latest version and try again',
  continueExpired:
    'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.',
  tooOld: (asked: number, oldest: number) => `too old resource version: ${asked} (${oldest})`,
} as const;
