import type { User } from '@podpass/directory';

/** MSAL's `client_info`: the user and the home tenant, from which it makes the account's id. */
export const clientInfo = (user: User): string => Buffer.from(JSON.stringify({ uid: user.id, utid: user.tenantId })).toString('base64url');
