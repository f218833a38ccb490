import { isObject, messageOf, randomBelow, type Clock } from '@podpass/kernel';
import type { KubeClient } from '@podpass/kube-client';
import { namespaceOf, type Pod, type TokenProjection } from '../api/types.ts';
import { ConfigError } from '../env/sources.ts';
import { paths, token as limits } from '../wire.ts';

/** A projected token and when to replace it; milliseconds of the platform's clock. */
interface Issued {
  readonly text: string;
  readonly issuedAt: number;
  readonly expiresAt: number;
  readonly refreshAt: number;
}

/** When a token is due: with a fifth of its life left, or after a day; up to ten seconds earlier, to spread the load. */
export const refreshTime = (issuedAt: number, expiresAt: number, jitter: number): number => {
  const life = expiresAt - issuedAt;
  return Math.min(expiresAt - limits.remainingPart * life, issuedAt + limits.longestAge) - jitter;
};

/** A clock that went back makes a token look as if it were issued in the future: such a token is due too. */
const isDue = (issued: Issued, now: number): boolean => now < issued.issuedAt || now >= issued.refreshAt;

export interface TokenSource {
  /** The present token of a projection; requested when there is none or it is due. Throws ConfigError. */
  get(projection: TokenProjection): Promise<string>;
  /** The next moment at which a token is due; infinite when there is none. */
  nextRefresh(): number;
  /** Whether the last refresh of some token failed, so that it should be tried again soon. */
  readonly failing: boolean;
}

/** The tokens of one pod: TokenRequests bound to it, with its service account. */
export const createTokenSource = (options: { api: KubeClient; clock: Clock; pod: Pod; signal: AbortSignal }): TokenSource => {
  const { api, clock, pod, signal } = options;
  const known = new Map<string, Issued>();
  const failed = new Set<string>();

  const request = async ({ audience, expirationSeconds = limits.defaultSeconds }: TokenProjection): Promise<Issued> => {
    const issuedAt = clock.now();
    const { name, uid } = pod.metadata;
    const answer = await api.create(
      paths.token(namespaceOf(pod), pod.spec.serviceAccountName ?? 'default'),
      {
        apiVersion: 'authentication.k8s.io/v1',
        kind: 'TokenRequest',
        spec: {
          audiences: audience === undefined || audience === '' ? [] : [audience],
          expirationSeconds,
          boundObjectRef: { apiVersion: 'v1', kind: 'Pod', name, uid },
        },
      },
      signal,
    );
    const status = answer['status'];
    const { token: text, expirationTimestamp } = isObject(status) ? status : {};
    const expiresAt = typeof expirationTimestamp === 'string' ? Date.parse(expirationTimestamp) : Number.NaN;
    if (typeof text !== 'string' || text === '' || Number.isNaN(expiresAt))
      throw new ConfigError('the API server answered without a token');
    return { text, issuedAt, expiresAt, refreshAt: refreshTime(issuedAt, expiresAt, randomBelow(limits.jitter)) };
  };

  return {
    async get(projection) {
      const key = JSON.stringify([projection.audience ?? '', projection.expirationSeconds ?? limits.defaultSeconds]);
      const before = known.get(key);
      if (before !== undefined && !isDue(before, clock.now())) return before.text;
      try {
        const issued = await request(projection);
        known.set(key, issued);
        failed.delete(key);
        return issued.text;
      } catch (thrown) {
        failed.add(key);
        // The old token is as good as it was, until it expires.
        if (before !== undefined && clock.now() < before.expiresAt) return before.text;
        known.delete(key);
        throw new ConfigError(`failed to fetch token: ${messageOf(thrown)}`);
      }
    },
    nextRefresh: () => Math.min(...[...known.values()].map((issued) => issued.refreshAt)),
    get failing() {
      return failed.size > 0;
    },
  };
};
