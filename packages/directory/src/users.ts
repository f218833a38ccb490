import { newGuid } from '@podpass/kernel';
import { hashPassword } from '@podpass/crypto';
import { deleteObject } from './deletion.ts';
import type { Directory, NewUser } from './directory-types.ts';
import { claims, joined } from './keys.ts';
import { updateIn } from './objects.ts';
import { checkPassword } from './rules/passwords.ts';
import { changeProperties } from './rules/properties.ts';
import { checkPrincipalName, userDetailRules, userRules } from './rules/user.ts';
import type { State } from './state.ts';
import { pageOf } from './table.ts';
import { requireTenant } from './tenants.ts';
import type { Tenant, User } from './types.ts';
import { createClaiming, moveClaims, type Claim } from './writing.ts';

/** Users. Their principal name is unique in the tenant, and its domain is one of the tenant's. */
export const userActions = (state: State): Directory['users'] => {
  const { users, store, clock } = state;
  return {
    byId: (tenantId, id) => users.read.get(joined(tenantId, id)),
    byPrincipalName: (tenantId, name) => users.byName(joined(tenantId, name))[0],
    list: (tenantId) => users.byTenant(tenantId.toLowerCase()),
    page: (tenantId, page) => pageOf(store, users, tenantId, page),
    count: (tenantId) => users.count(tenantId),
    create: (draft) => createUser(state, draft),
    async update(tenantId, id, changes) {
      const tenant = requireTenant(state, tenantId);
      const { userPrincipalName } = changes;
      if (userPrincipalName !== undefined) checkPrincipalName(userPrincipalName, tenant);
      const also = userPrincipalName === undefined ? [] : [state.names.key(claims.userPrincipalName(tenantId, userPrincipalName))];
      return updateIn(state, users, { id: joined(tenantId, id), also }, (present, exists) => {
        const value = changeProperties(present, changes, userRules);
        const from = [claims.userPrincipalName(tenant.id, present.userPrincipalName)];
        return { value, operations: moveClaims(state, exists, { from, to: [nameClaim(tenant, value.userPrincipalName)] }) };
      });
    },
    async setPassword(tenantId, id, password, { forceChangePasswordNextSignIn = false } = {}) {
      checkPassword(password);
      const passwordHash = await hashPassword(password);
      const signInSessionsValidFromDateTime = clock.date().toISOString();
      return updateIn(state, users, { id: joined(tenantId, id) }, (present) => ({
        value: { ...present, passwordHash, forceChangePasswordNextSignIn, signInSessionsValidFromDateTime },
      }));
    },
    revokeSignInSessions: (tenantId, id) =>
      updateIn(state, users, { id: joined(tenantId, id) }, (present) => ({
        // Sessions carry this time as their stamp: it must differ from the last one even when the clock stands still.
        value: { ...present, signInSessionsValidFromDateTime: laterThan(present.signInSessionsValidFromDateTime, clock.now()) },
      })),
    async delete(tenantId, id) {
      return users.read.get(joined(tenantId, id)) ? deleteObject(state, tenantId, id) : false;
    },
  };
};

const laterThan = (last: string, now: number): string => new Date(Math.max(now, Date.parse(last) + 1)).toISOString();

const nameClaim = ({ id }: Tenant, userPrincipalName: string): Claim => ({
  name: claims.userPrincipalName(id, userPrincipalName),
  taken: `The user ${userPrincipalName} exists already.`,
  property: 'userPrincipalName',
});

const createUser = async (state: State, draft: NewUser): Promise<User> => {
  const { tenantId, userPrincipalName, displayName, password, accountEnabled = true, forceChangePasswordNextSignIn = false } = draft;
  const tenant = requireTenant(state, tenantId);
  checkPrincipalName(userPrincipalName, tenant);
  checkPassword(password);
  const createdDateTime = state.clock.date().toISOString();
  const bare: User = {
    id: newGuid(),
    tenantId: tenant.id,
    userPrincipalName,
    displayName,
    accountEnabled,
    passwordHash: '',
    forceChangePasswordNextSignIn,
    signInSessionsValidFromDateTime: createdDateTime,
    createdDateTime,
  };
  const given = changeProperties(bare, { displayName, accountEnabled, forceChangePasswordNextSignIn }, userRules);
  const detailed = changeProperties(given, draft.properties ?? {}, userDetailRules);
  const user: User = { ...detailed, passwordHash: await hashPassword(password) };
  await createClaiming(state, [nameClaim(tenant, userPrincipalName)], [state.users.written.putOperation(joined(tenant.id, user.id), user)]);
  return user;
};
