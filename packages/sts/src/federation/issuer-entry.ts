import type { Jwks } from '@podpass/crypto';
import type { Fetched } from './fetch-issuer.ts';
import { issuerLimits } from './limits.ts';
import type { RegisteredIssuer } from './types.ts';

/** A moment on both clocks: the platform's, which may be moved or frozen, and the machine's, which may not. */
export interface Moment {
  readonly platform: number;
  readonly machine: number;
}

export interface Loaded<T> extends Fetched<T> {
  /** When the fetch began. */
  readonly at: Moment;
}

/** What is known of one issuer. */
export interface IssuerEntry {
  readonly url: string;
  /** The registration under which it is fetched; another one makes another entry. */
  readonly registration: RegisteredIssuer | undefined;
  keysUrl: Loaded<string> | undefined;
  keys: Loaded<Jwks> | undefined;
  kids: ReadonlySet<string>;
  loading: Promise<void> | undefined;
  /** The last fetch, when it failed, and when that was. */
  failure: { readonly error: unknown; readonly machine: number } | undefined;
  /** Callers that wait. */
  waiting: number;
  earlyFetches: number;
  earlyAt: number;
  /** Number of its last use; the least is the longest ago. */
  lastUse: number;
}

export const newEntry = (url: string, registration: RegisteredIssuer | undefined): IssuerEntry => ({
  url,
  registration,
  keysUrl: undefined,
  keys: undefined,
  kids: new Set(),
  loading: undefined,
  failure: undefined,
  waiting: 0,
  earlyFetches: issuerLimits.earlyFetches,
  earlyAt: 0,
  lastUse: 0,
});

/** The greater of the ages on both clocks; infinite when the platform's clock was set back behind the fetch. */
const ageOf = ({ at }: Loaded<unknown>, now: Moment): number =>
  now.platform < at.platform ? Number.POSITIVE_INFINITY : Math.max(now.platform - at.platform, now.machine - at.machine);

export const isFresh = (loaded: Loaded<unknown>, now: Moment): boolean => ageOf(loaded, now) < loaded.freshFor;

/** Whether keys may serve while the issuer cannot be reached. */
export const isBelievable = (keys: Loaded<Jwks>, now: Moment): boolean =>
  ageOf(keys, now) < Math.max(issuerLimits.staleMost, keys.freshFor);

/** Takes one early fetch from the issuer's budget, which refills with time; false when it is used up. */
export const takeEarlyFetch = (issuer: IssuerEntry, machine: number): boolean => {
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
