import { KernelError, newGuid } from '@podpass/kernel';
import { hashPassword } from '@podpass/crypto';
import { claims, joined } from './keys.ts';
import { userLimits } from './limits.ts';
import { createClaiming, type State } from './state.ts';
import type { Directory, Tenant, User } from './types.ts';

/** Letters, digits and the signs that Entra allows before the `@`. */
const principalNamePattern = /^[A-Za-z0-9](?:[A-Za-z0-9'._!#^~-]*[A-Za-z0-9_])?@([A-Za-z0-9.-]+)$/;

/** Users. Their principal name is unique in the tenant, and its domain is one of the tenant's. */
export const userActions = (state: State): Directory['users'] => ({
  byId: (tenantId, id) => state.users.read.get(joined(tenantId, id)),
  byPrincipalName: (tenantId, name) => state.users.byName(joined(tenantId, name))[0],
  list: (tenantId) => state.users.byTenant(tenantId.toLowerCase()),
  async create({ tenantId, userPrincipalName, displayName, password }) {
    const tenant = state.tenants.read.get(tenantId.toLowerCase());
    if (!tenant) throw new KernelError('not-found', `There is no tenant ${tenantId}.`);
    checkPrincipalName(userPrincipalName, tenant);
    if (displayName.length === 0 || displayName.length > userLimits.displayName) {
      throw new KernelError('invalid', 'The display name is empty or too long.');
    }
    if (password.length === 0 || password.length > userLimits.password) {
      throw new KernelError('invalid', 'The password is empty or too long.');
    }
    const user: User = {
      id: newGuid(),
      tenantId: tenant.id,
      userPrincipalName,
      displayName,
      accountEnabled: true,
      passwordHash: await hashPassword(password),
      createdDateTime: state.clock.date().toISOString(),
    };
    await createClaiming(
      state,
      [{ name: claims.userPrincipalName(tenant.id, userPrincipalName), taken: `The user ${userPrincipalName} exists already.` }],
      [state.users.written.putOperation(joined(tenant.id, user.id), user)],
    );
    return user;
  },
});

const checkPrincipalName = (name: string, tenant: Tenant): void => {
  const domain = principalNamePattern.exec(name)?.[1];
  if (domain === undefined || name.length > userLimits.principalName) {
    throw new KernelError('invalid', `'${name}' is not a user principal name.`);
  }
  if (!tenant.domains.includes(domain.toLowerCase())) {
    throw new KernelError('invalid', `The domain of '${name}' is not one of the tenant's.`);
  }
};
