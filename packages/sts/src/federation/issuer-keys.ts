import { performance } from 'node:perf_hooks';
import type { Jwks } from '@podpass/crypto';
import type { WireClient } from '@podpass/http';
import type { Clock } from '@podpass/kernel';
import { fetchKeys, fetchMetadata, IssuerFailure } from './fetch-issuer.ts';
import { createIssuerEntries } from './issuer-entries.ts';
import { keepKeys } from './keep-keys.ts';
import { isBelievable, isFresh, takeEarlyFetch, type IssuerEntry, type Moment } from './issuer-entry.ts';
import { issuerLimits } from './limits.ts';
import type { RegisteredIssuers } from './types.ts';
import { createVerifiedAssertions, type VerifiedAssertions } from './verified-assertions.ts';
import { within } from './within.ts';

/**
 * The published keys of foreign issuers, cached per issuer:
 * - used for the `max-age` of the key set, never longer than five minutes;
 * - fetched early when a token names an unknown key, so that a rotation is seen at once, within a budget of fetches;
 * - while an issuer is unreachable its last keys serve for up to fifteen minutes; once it answers that it is gone, or
 *   answers nonsense, they are dropped at once;
 * - one fetch at a time per issuer; each issuer has its own callers waiting, a bounded number for a bounded time, so that one that hangs
 *   delays nobody else's.
 * Ask only for issuers that a federated credential in force names.
 */
export interface IssuerKeys {
  /** The issuer's keys; `kid` is the key that the caller hopes to find. Rejects with `IssuerFailure`. */
  keysFor(issuer: string, kid: string | undefined): Jwks | Promise<Jwks>;
  /** The keys that are believed at this moment; undefined when there are none. Never fetches. */
  present(issuer: string): Jwks | undefined;
  /** Assertions that were verified with these keys. */
  readonly verified: VerifiedAssertions;
  close(): void;
}

export interface IssuerKeysOptions {
  readonly wire: WireClient;
  readonly clock: Clock;
  readonly monotonic?: () => number;
  readonly registered: Pick<RegisteredIssuers, 'get' | 'reaches'>;
}

export const createIssuerKeys = (options: IssuerKeysOptions): IssuerKeys => {
  const { wire, clock, registered, monotonic = () => performance.now() } = options;
  const entries = createIssuerEntries(registered);
  const closing = new AbortController();
  const running = { all: 0, failing: 0 };
  const now = (): Moment => ({ platform: clock.now(), machine: monotonic() });

  const load = (issuer: IssuerEntry): Promise<void> => {
    if (issuer.loading) return issuer.loading;
    const failing = issuer.failure === undefined ? 0 : 1;
    if (running.all >= issuerLimits.fetches || (failing === 1 && running.failing >= issuerLimits.fetchesOfFailing)) {
      return Promise.reject(new IssuerFailure('Too many issuers are asked for their keys.', { gone: false }));
    }
    running.all += 1;
    running.failing += failing;
    issuer.loading = loadIssuer(issuer).finally(() => {
      running.all -= 1;
      running.failing -= failing;
      issuer.loading = undefined;
    });
    return issuer.loading;
  };
  const loadIssuer = async (issuer: IssuerEntry): Promise<void> => {
    // The moment before the fetch: what is withdrawn while the answer travels must not count as fresh.
    const at = now();
    const late = new AbortController();
    const fetch = { wire, registered, signal: AbortSignal.any([closing.signal, late.signal]) };
    const fetched = async () => {
      if (!issuer.keysUrl || !isFresh(issuer.keysUrl, at)) issuer.keysUrl = { ...(await fetchMetadata(fetch, issuer.url)), at };
      return fetchKeys(fetch, issuer.url, issuer.keysUrl.value);
    };
    try {
      const { value, freshFor } = await within(issuerLimits.timeout, fetched());
      issuer.keys = { value: keepKeys(issuer.keys?.value, value), freshFor, at };
      issuer.kids = new Set(value.keys.map(({ kid }) => kid));
      issuer.failure = undefined;
    } catch (error) {
      late.abort();
      issuer.failure = { error, machine: monotonic() };
      // Whatever went wrong, the key set may have moved: the next attempt asks for the metadata again.
      issuer.keysUrl = undefined;
      if (error instanceof IssuerFailure && error.gone) issuer.keys = undefined;
      throw error;
    }
  };

  const believed = (issuer: IssuerEntry): Jwks => {
    if (registered.get(issuer.url) !== issuer.registration) {
      throw new IssuerFailure('The issuer was registered anew or withdrawn meanwhile.', { gone: false });
    }
    if (issuer.keys && isBelievable(issuer.keys, now())) return issuer.keys.value;
    throw issuer.failure?.error ?? new IssuerFailure('The issuer has no keys.', { gone: false });
  };

  const refresh = async (issuer: IssuerEntry): Promise<Jwks> => {
    const { failure } = issuer;
    const pausing = failure !== undefined && monotonic() - failure.machine < issuerLimits.pauseAfterFailure;
    if (!pausing || issuer.loading) await load(issuer).catch(() => undefined);
    return believed(issuer);
  };

  const fetchEarly = async (issuer: IssuerEntry, kid: string): Promise<Jwks> => {
    // A fetch that is under way may have begun before the rotation, so it does not settle whether the key exists; one that
    // another caller began since then does, and costs the budget nothing.
    await issuer.loading?.catch(() => undefined);
    const wanted = !issuer.kids.has(kid) && (issuer.loading !== undefined || takeEarlyFetch(issuer, monotonic()));
    if (wanted) await load(issuer).catch(() => undefined);
    return believed(issuer);
  };

  const wait = async (issuer: IssuerEntry, task: (issuer: IssuerEntry) => Promise<Jwks>): Promise<Jwks> => {
    if (issuer.waiting >= issuerLimits.waiters) throw new IssuerFailure('Too many callers wait for the issuer.', { gone: false });
    issuer.waiting += 1;
    try {
      return await within(issuerLimits.timeout, task(issuer));
    } finally {
      issuer.waiting -= 1;
    }
  };

  return {
    verified: createVerifiedAssertions(),
    keysFor(url, kid) {
      const issuer = entries.use(url);
      const { keys } = issuer;
      if (!keys || !isFresh(keys, now())) return wait(issuer, refresh);
      return kid === undefined || issuer.kids.has(kid) ? keys.value : wait(issuer, (entry) => fetchEarly(entry, kid));
    },
    present(url) {
      const keys = entries.peek(url)?.keys;
      return keys && isBelievable(keys, now()) ? keys.value : undefined;
    },
    close() {
      closing.abort();
      entries.clear();
    },
  };
};
