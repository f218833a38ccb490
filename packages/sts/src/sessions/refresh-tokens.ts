import { isGuid, newGuid, randomOctets, type Clock } from '@podpass/kernel';
import { constantTimeEqual } from '@podpass/crypto';
import { collection, transact, transactionOf, type Compare, type Item, type Operation, type Store } from '@podpass/store';
import { AadstsError } from '../errors.ts';
import type { RefreshFailure, RefreshSession, RefreshTokens, SignIn } from '../interactive/types.ts';
import { interactiveLifetimes } from '../interactive/wire.ts';
import { lifetimes, refreshTokensPerUser } from '../wire.ts';
import { digest, stampOf } from './stamp.ts';

/** All refresh tokens that descend from one sign-in: one record, of which only the digest of the present token changes. */
interface Family extends RefreshSession {
  readonly current: string;
  /** When the first token was issued. */
  readonly began: number;
  readonly revoked?: true;
}

/**
 * `2.{tenant}.{user}.{family}.{secret}`. The family's id stands in its tokens only and has 122 random bits, so whoever sends one with
 * another secret than the present has held a token of the family before: that is a re-use. Tokens of the form `1.…` came from a version
 * that did not rotate them; they are refused as unknown, and their records go with the user's next sign-in.
 */
const form = /^2\.([0-9a-f-]{36})\.([0-9a-f-]{36})\.([0-9a-f-]{36})\.([\w-]{43})$/;

export const createRefreshTokens = (store: Store, clock: Clock): RefreshTokens => {
  const families = collection<Family>(store, { prefix: 'sts/refresh-tokens' });
  const userPrefix = (tenantId: string, userId: string) => `${tenantId}/${userId}/`.toLowerCase();
  const idOf = ({ tenantId, userId, familyId }: Pick<Family, 'tenantId' | 'userId' | 'familyId'>) =>
    userPrefix(tenantId, userId) + familyId;
  const newToken = ({ tenantId, userId }: SignIn, familyId: string) =>
    `2.${tenantId}.${userId}.${familyId}.${randomOctets(32).toString('base64url')}`;

  const locate = async (token: string): Promise<Item<Family> | undefined> => {
    const [, tenantId, userId, familyId] = form.exec(token) ?? [];
    if (tenantId === undefined || userId === undefined || familyId === undefined) return undefined;
    return families.get(idOf({ tenantId, userId, familyId }));
  };
  const expiry = ({ spa, began, issued }: Family): RefreshFailure | undefined => {
    const [life, since] = spa ? [interactiveLifetimes.spaFamily, began] : [lifetimes.refreshToken, issued];
    return clock.seconds() - since >= life ? { expiredAfter: life, issued: since } : undefined;
  };
  /** A revoked family stays as a tombstone: its tokens are told from unknown ones, and nothing can be issued into it again. */
  const entomb = async (tenantId: string, userId: string, familyId: string): Promise<void> => {
    const id = idOf({ tenantId, userId, familyId });
    const present = await families.get(id);
    if (present?.value.revoked) return;
    const now = clock.seconds();
    const grave = { clientId: '', scope: '', methods: [], authTime: now, began: now, issued: now, stamp: '' };
    await families.put(id, { ...grave, tenantId, userId, familyId, ...present?.value, current: '', revoked: true });
  };
  /** Deletes what a user holds too much of, oldest first, and what an older version left. */
  const surplus = async (tenantId: string, userId: string): Promise<Operation[]> => {
    const { items } = await families.list({ idPrefix: userPrefix(tenantId, userId) });
    const prefix = userPrefix(tenantId, userId).length;
    const [ours, foreign] = [items.filter(({ id }) => isGuid(id.slice(prefix))), items.filter(({ id }) => !isGuid(id.slice(prefix)))];
    const oldest = ours.toSorted((a, b) => a.value.issued - b.value.issued).slice(0, Math.max(0, ours.length + 1 - refreshTokensPerUser));
    return [...oldest, ...foreign].map(({ id }) => families.deleteOperation(id));
  };

  return {
    async issue(signIn, user, familyId = newGuid()) {
      const token = newToken(signIn, familyId);
      const now = clock.seconds();
      const family: Family = { ...signIn, familyId, current: digest(token), began: now, issued: now, stamp: stampOf(user) };
      const id = idOf(family);
      const operations = [families.putOperation(id, family), ...(await surplus(signIn.tenantId, signIn.userId))];
      const unborn: Compare = families.compare(id, 0);
      const { succeeded } = await store.txn(transactionOf(operations, [unborn]));
      if (!succeeded) throw new AadstsError(54005);
      return token;
    },
    async find(token) {
      const item = await locate(token);
      if (!item) return { failure: 'unknown' };
      const { value } = item;
      if (value.revoked) return { failure: 'revoked', session: value };
      if (!constantTimeEqual(value.current, digest(token))) {
        await entomb(value.tenantId, value.userId, value.familyId);
        return { failure: 'reused', session: value };
      }
      const expired = expiry(value);
      return expired === undefined ? value : { failure: expired, session: value };
    },
    async rotate(token, user) {
      const item = await locate(token);
      if (!item || item.value.revoked || item.value.stamp !== stampOf(user) || expiry(item.value) !== undefined)
        return { failure: 'unknown' };
      const { id, value, revision } = item;
      const next = newToken(value, value.familyId);
      const present = constantTimeEqual(value.current, digest(token));
      const put = families.putOperation(id, { ...value, current: digest(next), issued: clock.seconds() });
      const written = present && (await store.txn(transactionOf([put], [families.compare(id, revision)]))).succeeded;
      if (written) return { token: next };
      await entomb(value.tenantId, value.userId, value.familyId);
      return { failure: 'reused' };
    },
    isCurrent: ({ stamp }, user) => stamp === stampOf(user),
    revokeFamily: entomb,
    async revokeUser(tenantId, userId) {
      const { items } = await families.list({ idPrefix: userPrefix(tenantId, userId) });
      const live = items.filter(({ value }) => !value.revoked).length;
      if (items.length > 0) await transact(store, transactionOf(items.map(({ id }) => families.deleteOperation(id))));
      return live;
    },
  };
};
