import { newGuid } from '@podpass/kernel';
import { nameOf, uidOf } from '../object/read.ts';
import type { Fields, KubeObject } from '../object/types.ts';
import { users } from '../wire.ts';

/** What a service account token is bound to; at most one of pod, secret and node was asked for. */
export interface TokenBinding {
  readonly pod?: KubeObject;
  readonly secret?: KubeObject;
  readonly node?: { readonly name: string; readonly uid?: string };
}

export interface TokenClaims {
  readonly issuer: string;
  readonly namespace: string;
  readonly serviceAccount: KubeObject;
  readonly audiences: readonly string[];
  /** NumericDate. */
  readonly now: number;
  /** Seconds that the token lives. */
  readonly lifetime: number;
  /** Seconds after which use is warned about: set on tokens that live longer than they were asked to. */
  readonly warnAfter: number | undefined;
  readonly binding: TokenBinding;
}

const named = (object: KubeObject): Fields => ({ name: nameOf(object), uid: uidOf(object) });

/**
 * The claims of a bound service account token.
 * Source: https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/#bound-service-account-tokens
 */
export const tokenClaims = (request: TokenClaims): Fields => {
  const { binding, namespace, serviceAccount, now } = request;
  return {
    aud: request.audiences,
    exp: now + request.lifetime,
    iat: now,
    iss: request.issuer,
    jti: newGuid(),
    'kubernetes.io': {
      namespace,
      ...(binding.node === undefined ? {} : { node: binding.node }),
      ...(binding.pod === undefined ? {} : { pod: named(binding.pod) }),
      ...(binding.secret === undefined ? {} : { secret: named(binding.secret) }),
      serviceaccount: named(serviceAccount),
      ...(request.warnAfter === undefined ? {} : { warnafter: now + request.warnAfter }),
    },
    nbf: now,
    sub: `${users.serviceAccountPrefix}${namespace}:${nameOf(serviceAccount)}`,
  };
};
