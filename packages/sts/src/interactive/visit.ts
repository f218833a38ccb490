import { randomOctets } from '@podpass/kernel';
import type { Tenant, User } from '@podpass/directory';
import type { Exchange } from '@podpass/http';
import { noStoreHeaders } from '../endpoints/writer.ts';
import type { Services } from '../services.ts';
import { stampOf } from '../sessions/stamp.ts';
import type { SignedInAccount } from './types.ts';
import { sessionCookie } from './wire.ts';

/** An account that the browser is signed in to, with its user as the directory knows him now. */
export interface VisitAccount {
  readonly account: SignedInAccount;
  readonly user: User;
  readonly tenant: Tenant;
}

/** One request of a browser. */
export interface Visit {
  readonly services: Services;
  readonly exchange: Exchange;
  /** The browser's secret: that of its cookie, or a new one. */
  readonly secret: string;
  /** Whether the answer must set the cookie. */
  readonly isNewSecret: boolean;
  /** Signed-in accounts, the last one first. */
  readonly accounts: readonly VisitAccount[];
  /** For the page's own style and script. */
  readonly nonce: string;
}

const pair = new RegExp(String.raw`(?:^|;\s*)${sessionCookie}=([^;\s]*)`, 'g');

/** The cookie's value; undefined when there is none, or more than one. */
const cookieOf = ({ headers }: Exchange): string | undefined => {
  const found = [...(headers.cookie ?? '').matchAll(pair)];
  return found.length === 1 ? found[0]?.[1] : undefined;
};

/** Where a journey stands. */
export interface Progress {
  readonly own: VisitAccount;
  /** The user has just answered the question about consent. */
  readonly decided?: boolean;
  /** What the page showed to which the user has just agreed: see `shownDigest`. */
  readonly shown?: string | undefined;
}

/**
 * Reads the browser's session. Accounts whose user is gone, disabled, has another password, must change it, or whose sessions were revoked
 * do not count as signed in.
 */
export const openVisit = async (services: Services, exchange: Exchange): Promise<Visit> => {
  const { sessions } = services.interactive;
  const cookie = cookieOf(exchange);
  const valid = cookie !== undefined && sessions.isSecret(cookie);
  const secret = valid ? cookie : sessions.fresh();
  const stored = valid ? await sessions.accounts(secret) : [];
  const accounts = stored.flatMap((account) => presentAccount(services, account) ?? []);
  // A form from another site comes without the cookie (SameSite): answering it with a new one would sign the browser out.
  const isNewSecret = !valid && exchange.method === 'GET';
  return { services, exchange, secret, isNewSecret, accounts, nonce: randomOctets(16).toString('base64') };
};

/** The account if it still holds. */
const presentAccount = ({ directory }: Pick<Services, 'directory'>, account: SignedInAccount): VisitAccount | undefined => {
  const user = directory.users.byId(account.tenantId, account.userId);
  const tenant = directory.tenants.find(account.tenantId);
  const holds = user?.accountEnabled && !user.forceChangePasswordNextSignIn && account.stamp === stampOf(user);
  return holds && tenant ? { account, user, tenant } : undefined;
};

/** Signs the browser in, under a new secret. */
export const signInVisit = async (visit: Visit, { user, tenant }: { readonly user: User; readonly tenant: Tenant }) => {
  const { interactive, clock } = visit.services;
  const account: SignedInAccount = {
    tenantId: tenant.id,
    userId: user.id,
    authTime: clock.seconds(),
    methods: ['pwd'],
    stamp: stampOf(user),
  };
  const secret = await interactive.sessions.signIn(visit.secret, account);
  const own: VisitAccount = { account, user, tenant };
  const accounts = [own, ...visit.accounts.filter((other) => other.user.id !== user.id)];
  return { visit: { ...visit, secret, isNewSecret: true, accounts }, own };
};

/** Headers of every answer to a browser. */
export const visitHeaders = ({ exchange, secret, isNewSecret }: Visit): Record<string, string> => ({
  ...noStoreHeaders(exchange),
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  ...(isNewSecret ? { 'set-cookie': `${sessionCookie}=${secret}; Path=/; Secure; HttpOnly; SameSite=Lax` } : {}),
});
