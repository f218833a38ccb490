import { createClock } from '@podpass/kernel';
import { collection, createMemoryStore, type Store } from '@podpass/store';
import type { User } from '@podpass/directory';
import { beforeEach, describe, expect, it } from 'vitest';
import { createRefreshTokens } from './refresh-tokens.ts';
import type { RefreshTokens } from '../interactive/types.ts';

const tenantId = '11111111-1111-4111-8111-111111111111';
const userId = '22222222-2222-4222-8222-222222222222';
const user: User = {
  id: userId,
  tenantId,
  userPrincipalName: 'ada@contoso.example',
  displayName: 'Ada',
  accountEnabled: true,
  passwordHash: 'scrypt$1',
  forceChangePasswordNextSignIn: false,
  signInSessionsValidFromDateTime: '2027-01-01T00:00:00.000Z',
  createdDateTime: '2027-01-01T00:00:00.000Z',
};
const signIn = { tenantId, userId, clientId: 'client', scope: 'scope', methods: ['pwd'], authTime: 1 };
const day = 86_400_000;

let store: Store;
let writes: number;
let clock: ReturnType<typeof createClock>;
let tokens: RefreshTokens;
beforeEach(() => {
  const memory = createMemoryStore();
  writes = 0;
  store = {
    ...memory,
    get revision() {
      return memory.revision;
    },
    get compactedRevision() {
      return memory.compactedRevision;
    },
    txn: (transaction) => {
      writes += 1;
      return memory.txn(transaction);
    },
  };
  clock = createClock();
  clock.freeze(1_800_000_000_000);
  tokens = createRefreshTokens(store, clock);
});
const rotated = async (token: string) => {
  const next = await tokens.rotate(token, user);
  if ('failure' in next) throw new Error(next.failure);
  return next.token;
};
const failureOf = async (token: string) => {
  const found = await tokens.find(token);
  return 'failure' in found ? found.failure : undefined;
};

describe('a refresh token', () => {
  it.each(['', 'x', `1.${'a'.repeat(43)}.${tenantId}.${userId}`, `2.${tenantId}.${userId}.${userId}.${'a'.repeat(43)}`, `2.../../x`])(
    'that was never issued is unknown: %s',
    async (token) => {
      expect(await failureOf(token)).toBe('unknown');
      expect(await tokens.rotate(token, user)).toEqual({ failure: 'unknown' });
    },
  );

  it('is good once; its successor goes on, for one write each', async () => {
    const first = await tokens.issue(signIn, user);
    writes = 0;
    const second = await rotated(first);
    expect(writes).toBe(1);
    expect(second).not.toBe(first);
    expect(await tokens.find(second)).toMatchObject({ clientId: 'client', userId });
    expect(await failureOf(await rotated(second))).toBeUndefined();
  });

  it('that comes a second time takes its family with it', async () => {
    const first = await tokens.issue(signIn, user);
    const other = await tokens.issue(signIn, user);
    const second = await rotated(first);
    expect(await failureOf(first)).toBe('reused');
    expect(await failureOf(second)).toBe('revoked');
    expect(await tokens.rotate(second, user)).toEqual({ failure: 'unknown' });
    expect(await failureOf(other)).toBeUndefined();
  });

  it('that comes again after many generations takes them all', async () => {
    const first = await tokens.issue(signIn, user);
    let last = first;
    for (let index = 0; index < 30; index += 1) last = await rotated(last);
    expect(await tokens.rotate(first, user)).toEqual({ failure: 'reused' });
    expect(await failureOf(last)).toBe('revoked');
  });

  it('used many times at once is good for one, and then for none', async () => {
    const token = await tokens.issue(signIn, user);
    const answers = await Promise.all(Array.from({ length: 10 }, () => tokens.rotate(token, user)));
    const won = answers.flatMap((answer) => ('token' in answer ? [answer.token] : []));
    expect(won).toHaveLength(1);
    expect(await failureOf(won[0]!)).toBe('revoked');
  });

  it('dies after 90 days without use, and not before', async () => {
    let token = await tokens.issue(signIn, user);
    clock.freeze(clock.now() + 89 * day);
    token = await rotated(token);
    clock.freeze(clock.now() + 90 * day - 1000);
    expect(await failureOf(token)).toBeUndefined();
    clock.freeze(clock.now() + 1000);
    expect(await failureOf(token)).toEqual({ expiredAfter: 90 * 86_400, issued: 1_800_000_000 + 89 * 86_400 });
    expect(await tokens.rotate(token, user)).toEqual({ failure: 'unknown' });
  });

  it('of a single page application dies after a day, rotated or not', async () => {
    let token = await tokens.issue({ ...signIn, spa: true }, user);
    clock.freeze(clock.now() + day - 1000);
    token = await rotated(token);
    clock.freeze(clock.now() + 1000);
    expect(await failureOf(token)).toMatchObject({ expiredAfter: 86_400 });
  });

  it.each<[string, Partial<User>]>([
    ['the password changed', { passwordHash: 'scrypt$2' }],
    ['sessions were revoked', { signInSessionsValidFromDateTime: '2027-01-01T00:00:00.001Z' }],
  ])('is not current any more when %s', async (_what, change) => {
    const token = await tokens.issue(signIn, user);
    const session = await tokens.find(token);
    if ('failure' in session) throw new Error('unknown');
    expect(tokens.isCurrent(session, user)).toBe(true);
    expect(tokens.isCurrent(session, { ...user, ...change })).toBe(false);
    expect(await tokens.rotate(token, { ...user, ...change })).toEqual({ failure: 'unknown' });
  });

  it('is stored as a digest', async () => {
    const token = await tokens.issue(signIn, user);
    const { items } = await store.list('');
    expect(items.map(({ key, value }) => key + Buffer.from(value).toString()).join('')).not.toContain(token.split('.')[4]);
  });
});

it('a family that was revoked before its first token gets none', async () => {
  await tokens.revokeFamily(tenantId, userId, '33333333-3333-4333-8333-333333333333');
  await expect(tokens.issue(signIn, user, '33333333-3333-4333-8333-333333333333')).rejects.toMatchObject({ code: 54005 });
});

it('revoking a user ends all families and no other user’s', async () => {
  const own = [await tokens.issue(signIn, user), await tokens.issue(signIn, user)];
  const other = { ...user, id: '44444444-4444-4444-8444-444444444444' };
  const foreign = await tokens.issue({ ...signIn, userId: other.id }, other);
  expect(await tokens.revokeUser(tenantId, userId)).toBe(2);
  for (const token of own) expect(await failureOf(token)).toBe('unknown');
  expect(await failureOf(foreign)).toBeUndefined();
});

it('a user holds a hundred families: the one that was used longest ago goes', async () => {
  let first = await tokens.issue(signIn, user);
  clock.freeze(clock.now() + 1000);
  const second = await tokens.issue(signIn, user);
  clock.freeze(clock.now() + 1000);
  first = await rotated(first);
  for (let index = 0; index < 99; index += 1) await tokens.issue(signIn, user);
  expect(await failureOf(first)).toBeUndefined();
  expect(await failureOf(second)).toBe('unknown');
  expect((await store.list('sts/refresh-tokens')).items).toHaveLength(100);
});

it('what a version without rotation left goes with the next sign-in', async () => {
  await collection<object>(store, { prefix: 'sts/refresh-tokens' }).put(`${tenantId}/${userId}/${'a'.repeat(43)}`, { used: 1, issued: 1 });
  await tokens.issue(signIn, user);
  expect((await store.list('sts/refresh-tokens')).items).toHaveLength(1);
});
