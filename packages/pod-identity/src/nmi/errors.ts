import type { MetadataAnswer } from '../types.ts';
import { retryAfter } from './wire.ts';

/** Why a request was refused, for the audit trail; `granted` has none. */
export type Reason =
  | 'method'
  | 'no-metadata-header'
  | 'forwarded'
  | 'blocked-path'
  | 'no-remote-address'
  | 'no-resource'
  | 'unknown-source'
  | 'pod-unknown'
  | 'host-network'
  | 'no-identity'
  | 'not-created'
  | 'not-assigned'
  | 'excepted-refused'
  | 'token-refused'
  | 'token-unavailable'
  | 'host-headers'
  | 'not-from-host'
  | 'ending'
  | 'internal';

/** A refusal that NMI's handlers throw: with its status and text on the wire, and its reason for the audit trail. */
export class NmiError extends Error {
  readonly status: number;
  readonly reason: Reason;

  constructor(reason: Reason, status: number, message: string) {
    super(message);
    this.name = 'NmiError';
    this.status = status;
    this.reason = reason;
  }
}

/** The first and last four characters of an id, as upstream prints ids; shorter ones are left out as a whole. */
export const redactId = (id: string): string => {
  if (id === '') return '';
  return id.length > 8 ? `${id.slice(0, 4)}##### REDACTED #####${id.slice(-4)}` : '##### REDACTED #####';
};

interface Waited {
  readonly pod: string;
  readonly requested: string;
  readonly attempts: number;
  readonly interval: number;
}

const gaveUp = (state: string, { pod, requested, attempts, interval }: Waited): string => {
  const prefix = state === 'CREATED' && requested !== '' ? `clientID in request: ${redactId(requested)}, ` : '';
  return `${prefix}getting assigned identities for pod ${pod} in ${state} state failed after ${String(attempts)} attempts, retry duration [${String(interval)}]s, error: <nil>. Check MIC pod logs for identity assignment errors`;
};

/** Every refusal with upstream's status and text. Those marked (ours) refuse what upstream lets through. */
export const nmiError = {
  /** (ours) */
  method: () => new NmiError('method', 405, 'Method Not Allowed'),
  noHeader: () => new NmiError('no-metadata-header', 400, 'Required metadata header not specified'),
  /** (ours) The metadata service itself refuses these. */
  forwarded: () => new NmiError('forwarded', 400, 'Requests with an X-Forwarded-For header are not served'),
  invalid: () => new NmiError('blocked-path', 400, 'Invalid request'),
  noRemote: () => new NmiError('no-remote-address', 500, 'request remote address is empty'),
  noResource: () => new NmiError('no-resource', 400, 'parameter resource cannot be empty'),
  unknownSource: () => new NmiError('unknown-source', 500, 'pod list is empty'),
  unknownPod: () => new NmiError('pod-unknown', 500, 'pod list is empty'),
  /** (ours) */
  hostNetwork: () =>
    new NmiError(
      'host-network',
      403,
      'pods in the host network get tokens only when an AzurePodIdentityException names one of their labels',
    ),
  noIdentity: (requested: string) =>
    new NmiError('no-identity', 404, `no azure identity found for request clientID ${redactId(requested)}`),
  notCreated: (waited: Waited) => new NmiError('not-created', 404, gaveUp('CREATED', waited)),
  notAssigned: (waited: Waited) => new NmiError('not-assigned', 404, gaveUp('ASSIGNED', waited)),
  exceptedRefused: (cause: string) => new NmiError('excepted-refused', 403, `failed to get service principal token, error: ${cause}`),
  tokenRefused: (cause: string) => new NmiError('token-refused', 403, `failed to get service principal token, error: ${cause}`),
  tokenUnavailable: (cause: string) => new NmiError('token-unavailable', 503, `failed to get service principal token, error: ${cause}`),
  hostHeaders: () => new NmiError('host-headers', 400, "missing 'podname' and 'podns' from request header"),
  notFromHost: () => new NmiError('not-from-host', 500, 'request remote address is not from a host'),
  /** (ours) */
  ending: () => new NmiError('ending', 503, 'NMI is ending'),
  internal: () => new NmiError('internal', 500, 'internal error'),
} as const;

/** Reasons that mean that the pod's identity was not found: those that `--set-retry-after-header` turns into 503. */
const lookups: ReadonlySet<Reason> = new Set<Reason>(['no-identity', 'not-created', 'not-assigned']);

export const plainText = (code: number, text: string, headers: Readonly<Record<string, string>> = {}): MetadataAnswer => ({
  status: code,
  headers: { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff', ...headers },
  body: `${text}\n`,
});

/** Writes a refusal: plain text, but JSON for the missing header, as the metadata service answers. */
export const writeError = ({ reason, status, message }: NmiError, setRetryAfter: boolean): MetadataAnswer => {
  if (reason === 'no-metadata-header')
    return {
      status,
      headers: { 'content-type': 'application/json; charset=utf-8' },
      body: `${JSON.stringify({ error: 'invalid_request', error_description: message })}\n`,
    };
  if (setRetryAfter && lookups.has(reason)) return plainText(503, message, { 'retry-after': retryAfter });
  return plainText(status, message, reason === 'method' ? { allow: 'GET' } : {});
};
