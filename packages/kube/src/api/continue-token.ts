import { isObject, parseJson } from '@podpass/kernel';
import { errors } from '../errors.ts';

/** Where a paged list goes on. */
export interface Continuation {
  /** The revision that the list is pinned to; 0 for "whatever is current" (after an expired token). */
  readonly revision: number;
  /** The key after which to go on, relative to the resource's prefix. */
  readonly start: string;
}

/** Kubernetes' own form: base64url of `{"v":"meta.k8s.io/v1","rv":N,"start":"…\u0000"}`. */
export const encodeContinuation = ({ revision, start }: Continuation): string =>
  Buffer.from(JSON.stringify({ v: 'meta.k8s.io/v1', rv: revision === 0 ? -1 : revision, start: `${start}\u0000` })).toString('base64url');

/** Throws BadRequest for anything that `encodeContinuation` does not give. */
export const decodeContinuation = (token: string): Continuation => {
  const value = token.length > 4_096 ? undefined : parseJson(Buffer.from(token, 'base64url').toString('utf8'));
  if (!isObject(value) || value['v'] !== 'meta.k8s.io/v1')
    throw errors.badRequest('continue key is not valid: unrecognized encoded version');
  const { rv, start } = value;
  if (
    typeof rv !== 'number' ||
    !Number.isSafeInteger(rv) ||
    rv === 0 ||
    rv < -1 ||
    typeof start !== 'string' ||
    start === '' ||
    start.indexOf('\0') !== start.length - 1
  ) {
    throw errors.badRequest('continue key is not valid: incorrect encoded start resourceVersion or key');
  }
  return { revision: rv === -1 ? 0 : rv, start: start.slice(0, -1) };
};
