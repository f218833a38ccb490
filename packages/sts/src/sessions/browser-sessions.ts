import { randomOctets, type Clock } from '@podpass/kernel';
import { transactionOf, type Store } from '@podpass/store';
import type { SignedInAccount } from '../interactive/types.ts';
import { interactiveLifetimes, interactiveLimits } from '../interactive/wire.ts';
import { createAging, minutePattern } from './aging.ts';
import { digest } from './stamp.ts';

/** `{minute}.{secret}` */
const form = new RegExp(String.raw`^(${minutePattern})\.([\w-]{43})$`);

interface StoredSession {
  readonly accounts: readonly SignedInAccount[];
}

/**
 * What browsers are signed in to. A browser is known by the secret in its cookie, of which only the digest is stored. A secret that
 * nobody signed in with has no record: strangers cannot fill the store by asking for pages.
 */
export interface BrowserSessions {
  /** A secret for a browser that brought none. */
  fresh(): string;
  /** Whether the text has the form of a secret and is younger than a session may be. */
  isSecret(text: string): boolean;
  /** The accounts as they were stored, those past their 24 hours left out; whether they still hold is for the caller to see. */
  accounts(secret: string): Promise<readonly SignedInAccount[]>;
  /** Adds an account under a new secret and forgets the old one, so that a secret known from before the sign-in is worth nothing. */
  signIn(secret: string, account: SignedInAccount): Promise<string>;
  /** Removes one account, or all of them. */
  signOut(secret: string, userId?: string): Promise<void>;
}

export const createBrowserSessions = (store: Store, clock: Clock): BrowserSessions => {
  const lifetime = interactiveLifetimes.account;
  const aging = createAging<StoredSession>(store, { prefix: 'sts/browser-sessions', clock, lifetime });
  const { records } = aging;
  const idOf = (secret: string) => `${secret.slice(0, secret.indexOf('.'))}/${digest(secret)}`;
  const fresh = () => `${aging.minute()}.${randomOctets(32).toString('base64url')}`;
  const young = ({ authTime }: SignedInAccount) => clock.seconds() - authTime < lifetime;
  const accounts = async (secret: string) => ((await records.get(idOf(secret)))?.value.accounts ?? []).filter(young);

  const signIn = async (secret: string, account: SignedInAccount): Promise<string> => {
    const id = idOf(secret);
    const item = await records.get(id);
    const others = (item?.value.accounts ?? []).filter((other) => young(other) && other.userId !== account.userId);
    const next = fresh();
    const kept = [account, ...others].slice(0, interactiveLimits.accounts);
    const sweep = (await aging.sweep()).filter(({ key }) => key !== records.key(id));
    const operations = [records.putOperation(idOf(next), { accounts: kept }), records.deleteOperation(id), ...sweep];
    // An account that is signed out at this moment must not live on under the new secret.
    const { succeeded } = await store.txn(transactionOf(operations, [records.compare(id, item?.revision ?? 0)]));
    return succeeded ? next : signIn(secret, account);
  };
  const signOut = async (secret: string, userId?: string): Promise<void> => {
    const item = await records.get(idOf(secret));
    if (!item) return;
    const left = userId === undefined ? [] : item.value.accounts.filter((account) => account.userId !== userId);
    const operation = left.length === 0 ? records.deleteOperation(item.id) : records.putOperation(item.id, { accounts: left });
    // A sign-in at the same moment has taken the record away: it must not come back. Another sign-out has changed it: look again.
    const { succeeded } = await store.txn(transactionOf([operation], [records.compare(item.id, item.revision)]));
    if (!succeeded) await signOut(secret, userId);
  };

  return {
    fresh,
    isSecret(text) {
      const minute = form.exec(text)?.[1];
      return minute !== undefined && (Number(minute) + 1) * 60 + lifetime > clock.seconds();
    },
    accounts,
    signIn,
    signOut,
  };
};
