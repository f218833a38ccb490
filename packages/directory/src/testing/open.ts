import { createEnvelope } from '@podpass/crypto';
import { createClock, isKernelError, randomOctets } from '@podpass/kernel';
import { createMemoryStore } from '@podpass/store';
import { createDirectory } from '../directory.ts';
import type { NewApplication } from '../directory-types.ts';
import type { AppRole, PermissionScope } from '../types.ts';

export const password = 'Correct horse 1';
export const epoch = 1_800_000_000_000;
export const nobody = '00000000-0000-4000-8000-000000000000';

/** Two tenants on one store with a clock that stands still, and short ways to make things in the first. */
export const openDirectory = async () => {
  const store = createMemoryStore();
  const clock = createClock();
  clock.freeze(epoch);
  const envelope = createEnvelope(randomOctets(32));
  const directory = await createDirectory({ store, clock, envelope });
  const tenant = await directory.tenants.create({ displayName: 'Contoso', domains: ['contoso.example', 'fabrikam.example'] });
  const other = await directory.tenants.create({ displayName: 'Other', domains: ['other.example'] });
  const tenantId = tenant.id;
  return {
    store,
    clock,
    envelope,
    directory,
    tenant,
    tenantId,
    otherId: other.id,
    /** Another directory over the same store, as a second replica has it. */
    again: () => createDirectory({ store, clock, envelope }),
    user: (name: string, domain = 'contoso.example', within = tenantId) =>
      directory.users.create({ tenantId: within, userPrincipalName: `${name}@${domain}`, displayName: name, password }),
    group: (displayName: string, ends: { owners?: readonly string[]; members?: readonly string[] } = {}) =>
      directory.groups.create({ tenantId, displayName, mailNickname: displayName, ...ends }),
    application: (displayName: string, more: Omit<NewApplication, 'tenantId' | 'displayName'> = {}) =>
      directory.applications.create({ tenantId, displayName, ...more }),
    identity: (name: string) =>
      directory.managedIdentities.create({ tenantId, resourceId: `/identities/${name}`, displayName: name, explicit: true }),
  };
};

/** What a promise settles to, in one word: `done`, or the kernel error's code, with Entra's own code where there is one. */
export const outcomeOf = (pending: Promise<unknown>): Promise<string> =>
  pending.then(
    () => 'done',
    (thrown: unknown) => {
      if (!isKernelError(thrown)) throw thrown;
      const { property, code } = thrown.detail as { property?: string; code?: string };
      return [thrown.code, property, code].filter((part) => part !== undefined).join(' ');
    },
  );

export const appRole = (id: string, over: Partial<AppRole> = {}): AppRole => ({
  id,
  value: `Role.${id.slice(0, 4)}`,
  displayName: 'A role',
  description: 'What it is for',
  allowedMemberTypes: ['User', 'Application'],
  isEnabled: true,
  ...over,
});

export const scope = (id: string, over: Partial<PermissionScope> = {}): PermissionScope => ({
  id,
  value: `Scope.${id.slice(0, 4)}`,
  type: 'User',
  adminConsentDisplayName: 'A scope',
  adminConsentDescription: 'What it is for',
  isEnabled: true,
  ...over,
});

/** A GUID that is told apart from others by its number. */
export const guid = (number: number): string => `${String(number).padStart(4, '0')}0000-0000-4000-8000-000000000000`;
