import { directoryRoleTemplates, type DirectoryRoleAssignment, type Tenant, type User } from '@podpass/directory';
import { KernelError, newGuid } from '@podpass/kernel';
import { createMemoryStore, type Store } from '@podpass/store';
import type { createTenants } from './tenants.ts';

type Parts = Parameters<typeof createTenants>[0];

/** The steps of which a tenant is made. */
export const steps = ['tenant', 'user', 'role', 'subscription', 'assignment'] as const;
type Step = (typeof steps)[number];

/** What came into being, and a fault to plant: the step throws before or after its work. */
export interface TestParts extends Parts {
  readonly store: Store;
  readonly tenantRows: Map<string, Tenant>;
  readonly userRows: Map<string, User & { readonly password: string }>;
  readonly roles: DirectoryRoleAssignment[];
  readonly subscriptionRows: Map<string, { subscriptionId: string; tenantId: string; displayName: string }>;
  readonly owners: { principalId: string; scope: string }[];
  fault: { readonly step: Step; readonly when: 'before' | 'after' } | undefined;
}

/** The parts of a platform that a tenant is made of, in memory and breakable. */
export const testParts = (): TestParts => {
  const parts: Pick<TestParts, 'store' | 'tenantRows' | 'userRows' | 'roles' | 'subscriptionRows' | 'owners' | 'fault'> = {
    store: createMemoryStore(),
    tenantRows: new Map(),
    userRows: new Map(),
    roles: [],
    subscriptionRows: new Map(),
    owners: [],
    fault: undefined,
  };
  const { tenantRows, userRows, roles, subscriptionRows, owners } = parts;
  const work = async <T>(step: Step, done: () => T): Promise<T> => {
    // One turn, so that calls that do not wait for one another would mix.
    await Promise.resolve();
    if (result.fault?.step === step && result.fault.when === 'before') throw new Error('planted');
    const made = done();
    if (result.fault?.step === step) throw new Error('planted');
    return made;
  };
  const owner = { id: newGuid(), roleName: 'Owner', description: '', permissions: [] };
  const result: TestParts = {
    ...parts,
    directory: {
      tenants: {
        find: (idOrDomain) =>
          tenantRows.get(idOrDomain.toLowerCase()) ??
          [...tenantRows.values()].find((row) => row.domains.includes(idOrDomain.toLowerCase())),
        list: () => [...tenantRows.values()],
        create: ({ id = newGuid(), displayName, domains }) =>
          work('tenant', () => {
            if (domains[0]?.endsWith('.refused')) throw new KernelError('invalid', 'The directory refuses the domain.');
            const tenant: Tenant = { id, displayName, domains, createdDateTime: '2026-01-01T00:00:00.000Z' };
            tenantRows.set(id, tenant);
            return tenant;
          }),
      },
      users: {
        byPrincipalName: (_, name) => userRows.get(name),
        create: ({ tenantId, userPrincipalName, displayName, password }) =>
          work('user', () => {
            const user = {
              id: newGuid(),
              tenantId,
              userPrincipalName,
              displayName,
              password,
              accountEnabled: true,
              passwordHash: '',
              forceChangePasswordNextSignIn: false,
              signInSessionsValidFromDateTime: '',
              createdDateTime: '',
            };
            userRows.set(userPrincipalName, user);
            return user;
          }),
        setPassword: async (_, id, password) => {
          const user = [...userRows.values()].find((row) => row.id === id);
          if (user === undefined) throw new Error('There is no such user.');
          const changed = { ...user, password };
          userRows.set(user.userPrincipalName, changed);
          return changed;
        },
      },
      directoryRoles: {
        ofRole: (tenantId, role) => roles.filter((row) => row.tenantId === tenantId && row.roleTemplateId === role),
        assign: (tenantId, principalId, roleTemplateId) => work('role', () => void roles.push({ tenantId, principalId, roleTemplateId })),
      },
    },
    authorization: {
      definitions: { byName: () => owner },
      assignments: {
        listForPrincipal: (_, principalId) => owners.filter((row) => row.principalId === principalId) as never,
        create: (assignment) => work('assignment', () => void owners.push(assignment)) as never,
      },
    },
    arm: {
      seedSubscription: (row) => work('subscription', () => void subscriptionRows.set(row.subscriptionId, row)),
      subscriptions: {
        get: (id) => subscriptionRows.get(id),
        list: (tenantId) => [...subscriptionRows.values()].filter((row) => row.tenantId === tenantId),
      },
    },
  };
  return result;
};

export const globalAdministrator = directoryRoleTemplates.globalAdministrator.id;
