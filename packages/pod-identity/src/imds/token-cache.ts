import type { Clock } from '@podpass/kernel';
import type { InstanceSource, VmIdentity } from '../types.ts';
import { renewBefore, tokenCacheLimit } from './wire.ts';

type Minted = Awaited<ReturnType<InstanceSource['mint']>>;

export interface TokenCache {
  /** A token for the identity and resource: the kept one while it is good, else a new one. Concurrent askers share one. */
  get(identity: VmIdentity, resource: string): Promise<Minted>;
  readonly size: number;
}

interface Kept {
  readonly principalId: string;
  readonly minted: Promise<Minted>;
  /** Undefined until the token is there. */
  times: { readonly notBefore: number; readonly renewAt: number } | undefined;
}

/**
 * Tokens by identity and resource, as the managed identity back-end keeps them (about 24 hours, the life of a token).
 * What belongs to identities that are no longer the machine's is forgotten when the next token is minted.
 */
export const createTokenCache = ({
  source,
  clock,
  limit = tokenCacheLimit,
}: {
  source: InstanceSource;
  clock: Clock;
  limit?: number;
}): TokenCache => {
  const kept = new Map<string, Kept>();

  const isGood = ({ times }: Kept): boolean => {
    if (times === undefined) return true;
    const now = clock.seconds();
    return now < times.renewAt && now >= times.notBefore;
  };

  const forget = (): void => {
    const present = new Set(source.identities().map(({ principalId }) => principalId));
    for (const [key, { principalId }] of kept) if (!present.has(principalId)) kept.delete(key);
    for (const key of kept.keys()) {
      if (kept.size < limit) break;
      kept.delete(key);
    }
  };

  const mint = (key: string, principalId: string, resource: string): Promise<Minted> => {
    forget();
    const entry: Kept = { principalId, minted: source.mint({ principalId, resource }), times: undefined };
    kept.set(key, entry);
    const drop = (): void => {
      if (kept.get(key) === entry) kept.delete(key);
    };
    entry.minted.then(({ notBefore, expiry }) => {
      const life = expiry - clock.seconds();
      entry.times = { notBefore, renewAt: expiry - Math.min(renewBefore, Math.max(life / 2, 0)) };
    }, drop);
    return entry.minted;
  };

  return {
    get({ principalId }, resource) {
      const key = `${principalId}\n${resource}`;
      const entry = kept.get(key);
      return entry !== undefined && isGood(entry) ? entry.minted : mint(key, principalId, resource);
    },
    get size() {
      return kept.size;
    },
  };
};
