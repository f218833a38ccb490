import { performance } from 'node:perf_hooks';
import type { Jwks } from '@podpass/crypto';
import type { WireClient } from '@podpass/http';
import type { Clock } from '@podpass/kernel';
import { fetchKeys, fetchMetadata, IssuerFailure } from './fetch-issuer.ts';
import { issuerLimits } from './limits.ts';

/**
 * The published keys of foreign issuers, cached per issuer:
 * - used for the `max-age` of the key set, never longer than five minutes;
 * - fetched early when a token names an unknown key, so that a rotation is seen at once, within a budget of fetches;
 * - while an issuer is unreachable its last keys serve for up to fifteen minutes; once it answers that it is gone, or
 *   answers nonsense, they are dropped at once;
 * - one fetch at a time per issuer, and each issuer waits for its own only.
 * Ask only for issuers that a federated credential names.
 */
export interface IssuerKeys {
  /** The issuer's keys; `kid` is the key that the caller hopes to find. Rejects with `IssuerFailure`. */
  keysFor(issuer: string, kid: string | undefined): Jwks | Promise<Jwks>;
  close(): void;
}

/** A moment on both clocks: the platform's, which may be moved or frozen, and the machine's, which may not. */
interface Moment {
  readonly platform: number;
  readonly machine: number;
}

interface Loaded<T> {
  readonly value: T;
  readonly at: Moment;
  readonly freshFor: number;
}

interface Issuer {
  readonly url: string;
  keysUrl: Loaded<string> | undefined;
  keys: Loaded<Jwks> | undefined;
  kids: ReadonlySet<string>;
  loading: Promise<void> | undefined;
  failure: { readonly error: unknown; readonly machine: number } | undefined;
  earlyFetches: number;
  earlyAt: number;
}

export interface IssuerKeysOptions {
  readonly wire: WireClient;
  readonly clock: Clock;
  readonly monotonic?: () => number;
}

export const createIssuerKeys = ({ wire, clock, monotonic = () => performance.now() }: IssuerKeysOptions): IssuerKeys => {
  const issuers = new Map<string, Issuer>();
  const closing = new AbortController();
  const fetch = { wire, signal: closing.signal };
  const now = (): Moment => ({ platform: clock.now(), machine: monotonic() });

  const load = (issuer: Issuer): Promise<void> => {
    issuer.loading ??= loadIssuer(issuer).finally(() => {
      issuer.loading = undefined;
    });
    return issuer.loading;
  };
  const loadIssuer = async (issuer: Issuer): Promise<void> => {
    // The moment before the fetch: what is withdrawn while the answer travels must not count as fresh.
    const at = now();
    try {
      if (!issuer.keysUrl || ageOf(issuer.keysUrl, at) >= issuer.keysUrl.freshFor) {
        issuer.keysUrl = { ...(await fetchMetadata(fetch, issuer.url)), at };
      }
      const keys = await fetchKeys(fetch, issuer.keysUrl.value);
      issuer.keys = { ...keys, at };
      issuer.kids = new Set(keys.value.keys.map(({ kid }) => kid));
      issuer.failure = undefined;
    } catch (error) {
      issuer.failure = { error, machine: at.machine };
      // Whatever went wrong, the key set may have moved: the next attempt asks for the metadata again.
      issuer.keysUrl = undefined;
      if (error instanceof IssuerFailure && error.gone) issuer.keys = undefined;
      throw error;
    }
  };

  const refresh = async (issuer: Issuer): Promise<Jwks> => {
    const { failure } = issuer;
    const pausing = failure !== undefined && monotonic() - failure.machine < issuerLimits.pauseAfterFailure;
    if (!pausing || issuer.loading) await load(issuer).catch(() => undefined);
    if (issuer.keys && ageOf(issuer.keys, now()) < Math.max(issuerLimits.staleMost, issuer.keys.freshFor)) return issuer.keys.value;
    throw issuer.failure?.error ?? new IssuerFailure('The issuer has no keys.', { gone: false });
  };

  const fetchEarly = async (issuer: Issuer, kid: string): Promise<Jwks> => {
    // A fetch that is under way may have begun before the rotation, so it does not settle whether the key exists.
    await issuer.loading?.catch(() => undefined);
    if (!issuer.kids.has(kid) && takeEarlyFetch(issuer, monotonic())) await load(issuer).catch(() => undefined);
    if (issuer.keys) return issuer.keys.value;
    throw issuer.failure?.error ?? new IssuerFailure('The issuer has no keys.', { gone: false });
  };

  return {
    keysFor(url, kid) {
      const issuer = issuers.get(url) ?? remember(issuers, url);
      const { keys } = issuer;
      if (!keys || ageOf(keys, now()) >= keys.freshFor) return refresh(issuer);
      return kid === undefined || issuer.kids.has(kid) ? keys.value : fetchEarly(issuer, kid);
    },
    close() {
      closing.abort();
      issuers.clear();
    },
  };
};

/** The greater of the ages on both clocks; infinite when the platform's clock was set back behind the fetch. */
const ageOf = ({ at }: Loaded<unknown>, now: Moment): number =>
  now.platform < at.platform ? Number.POSITIVE_INFINITY : Math.max(now.platform - at.platform, now.machine - at.machine);

const remember = (issuers: Map<string, Issuer>, url: string): Issuer => {
  const [oldest] = issuers.size >= issuerLimits.issuers ? issuers.keys() : [];
  if (oldest !== undefined) issuers.delete(oldest);
  const issuer: Issuer = {
    url,
    keysUrl: undefined,
    keys: undefined,
    kids: new Set(),
    loading: undefined,
    failure: undefined,
    earlyFetches: issuerLimits.earlyFetches,
    earlyAt: 0,
  };
  issuers.set(url, issuer);
  return issuer;
};

/** Takes one early fetch from the issuer's budget, which refills with time; false when it is used up. */
const takeEarlyFetch = (issuer: Issuer, machine: number): boolean => {
  const refilled = Math.floor((machine - issuer.earlyAt) / issuerLimits.earlyFetchEvery);
  if (issuer.earlyFetches >= issuerLimits.earlyFetches) issuer.earlyAt = machine;
  else if (refilled > 0) {
    issuer.earlyFetches = Math.min(issuerLimits.earlyFetches, issuer.earlyFetches + refilled);
    issuer.earlyAt = machine;
  }
  if (issuer.earlyFetches === 0) return false;
  issuer.earlyFetches -= 1;
  return true;
};
