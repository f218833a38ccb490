import { newGuid, randomOctets, type Clock } from '@podpass/kernel';
import { transactionOf, type Item, type Store } from '@podpass/store';
import type { AuthorizationCode, AuthorizationCodes, RefreshTokens } from '../interactive/types.ts';
import { interactiveLifetimes } from '../interactive/wire.ts';
import { createAging, minutePattern } from './aging.ts';
import { digest, stampOf } from './stamp.ts';

interface StoredCode {
  readonly code: AuthorizationCode;
  readonly familyId: string;
  readonly issued: number;
  readonly stamp: string;
  readonly used?: true;
}

/** `1.{minute}.{secret}` */
const form = new RegExp(String.raw`^1\.(${minutePattern})\.([\w-]{43})$`);

/** Authorization codes: 256 random bits, stored as digests, good once within ten minutes. */
export const createAuthorizationCodes = (
  store: Store,
  clock: Clock,
  refreshTokens: Pick<RefreshTokens, 'revokeFamily'>,
): AuthorizationCodes => {
  const lifetime = interactiveLifetimes.authorizationCode;
  const aging = createAging<StoredCode>(store, { prefix: 'sts/authorization-codes', clock, lifetime });
  const { records } = aging;

  const locate = async (code: string): Promise<Item<StoredCode> | undefined> => {
    const minute = form.exec(code)?.[1];
    return minute === undefined ? undefined : records.get(`${minute}/${digest(code)}`);
  };
  const used = async ({ value }: Item<StoredCode>): Promise<{ failure: 'used' }> => {
    await refreshTokens.revokeFamily(value.code.tenantId, value.code.userId, value.familyId);
    return { failure: 'used' };
  };

  return {
    async issue(code, user) {
      const minute = aging.minute();
      const secret = `1.${minute}.${randomOctets(32).toString('base64url')}`;
      const stored = { code, familyId: newGuid(), issued: clock.seconds(), stamp: stampOf(user) };
      const put = records.putOperation(`${minute}/${digest(secret)}`, stored);
      await store.txn(transactionOf([put, ...(await aging.sweep())]));
      return secret;
    },
    async find(code) {
      return (await locate(code))?.value.code;
    },
    async redeem(code, user) {
      const item = await locate(code);
      if (!item) return { failure: 'unknown' };
      const { id, value, revision } = item;
      if (value.used) return used(item);
      const put = records.putOperation(id, { ...value, used: true });
      const { succeeded } = await store.txn(transactionOf([put], [records.compare(id, revision)]));
      if (!succeeded) return used(item);
      if (clock.seconds() - value.issued >= lifetime) return { failure: 'expired' };
      if (!user || value.stamp !== stampOf(user)) return { failure: 'revoked' };
      return { code: value.code, familyId: value.familyId };
    },
  };
};
