import { createHash } from 'node:crypto';
import { isKernelError, isGuid, randomOctets, type Clock } from '@podpass/kernel';
import { collection, type Item, type Store } from '@podpass/store';
import type { User } from '@podpass/directory';
import { lifetimes, refreshTokensPerUser } from '../wire.ts';

/** What a refresh token stands for. The token itself is kept nowhere: only its hash, as part of the id. */
export interface Session {
  readonly tenantId: string;
  readonly userId: string;
  readonly clientId: string;
  /** The client's family, whose members may redeem the token too. */
  readonly family?: string;
  /** The last scope or resource, for requests that name none. */
  readonly scope: string;
  readonly methods: readonly string[];
  /** Digest of the password's hash at sign-in: a changed password ends the session. */
  readonly password: string;
  /** Seconds since the epoch. */
  readonly issued: number;
  readonly used: number;
}

type SessionFailure = { readonly failure: 'unknown' } | { readonly failure: 'expired'; readonly session: Session };

/**
 * Refresh tokens: 256 random bits behind the ids of their user, bound to a client or its family. Like Entra's they stay valid when they
 * are used, which keeps clients that share a cache working; they die by 90 days of disuse, by revocation, by a new
 * password, or when the user holds too many.
 */
export interface RefreshTokens {
  issue(session: Omit<Session, 'issued' | 'used' | 'password'>, user: User): Promise<string>;
  find(token: string): Promise<Session | SessionFailure>;
  /** Whether the session began with the user's present password. */
  isCurrent(session: Session, user: User): boolean;
  revokeUser(tenantId: string, userId: string): Promise<number>;
}

const daySeconds = 86_400;
const form = /^1\.([\w-]{43})\.([0-9a-f-]{36})\.([0-9a-f-]{36})$/;
const digest = (text: string) => createHash('sha256').update(text).digest('base64url');

export const createRefreshTokens = (store: Store, clock: Clock): RefreshTokens => {
  const sessions = collection<Session>(store, { prefix: 'sts/refresh-tokens' });
  const userPrefix = (tenantId: string, userId: string) => `${tenantId}/${userId}/`.toLowerCase();

  const dropOldest = async (tenantId: string, userId: string) => {
    const held = (await sessions.list({ idPrefix: userPrefix(tenantId, userId) })).items;
    const surplus = held.toSorted((a, b) => a.value.used - b.value.used).slice(0, Math.max(0, held.length - refreshTokensPerUser));
    for (const { id } of surplus) await sessions.delete(id);
  };
  /** Writes the time of use at most once a day: an hourly refresh must not cost a durable write. */
  const touch = async ({ id, value, revision }: Item<Session>, now: number) => {
    if (now - value.used < daySeconds) return;
    await sessions.put(id, { ...value, used: now }, { expectRevision: revision }).catch((thrown: unknown) => {
      if (!isKernelError(thrown, 'conflict')) throw thrown;
    });
  };

  return {
    async issue(session, user) {
      const token = `1.${randomOctets(32).toString('base64url')}.${session.tenantId}.${session.userId}`;
      const now = clock.seconds();
      const id = userPrefix(session.tenantId, session.userId) + digest(token);
      await sessions.create(id, { ...session, password: digest(user.passwordHash), issued: now, used: now });
      await dropOldest(session.tenantId, session.userId);
      return token;
    },
    async find(token) {
      const [, secret, tenantId, userId] = form.exec(token) ?? [];
      if (secret === undefined || tenantId === undefined || userId === undefined || !isGuid(tenantId) || !isGuid(userId))
        return { failure: 'unknown' };
      const item = await sessions.get(userPrefix(tenantId, userId) + digest(token));
      if (!item) return { failure: 'unknown' };
      const now = clock.seconds();
      if (now - item.value.used >= lifetimes.refreshToken) return { failure: 'expired', session: item.value };
      await touch(item, now);
      return item.value;
    },
    isCurrent: (session, user) => session.password === digest(user.passwordHash),
    async revokeUser(tenantId, userId) {
      const { items } = await sessions.list({ idPrefix: userPrefix(tenantId, userId) });
      for (const { id } of items) await sessions.delete(id);
      return items.length;
    },
  };
};
