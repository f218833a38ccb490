import type { Directory } from '@podpass/directory';
import { KernelError, newGuid } from '@podpass/kernel';
import { collection, type Store } from '@podpass/store';
import { newPassword } from '../seed/password.ts';
import { bringUpTenant, type TenantParts } from './bring-up.ts';

interface TenantSummary {
  readonly tenantId: string;
  readonly displayName: string;
  readonly domains: readonly string[];
  readonly createdDateTime: string;
  readonly subscriptions: readonly { readonly subscriptionId: string; readonly displayName: string }[];
}

export interface NewTenant {
  readonly displayName: string;
  /** Lower case. */
  readonly domain: string;
  /** Lower-case GUID; a random one when absent. */
  readonly tenantId?: string | undefined;
}

export interface CreatedTenant {
  readonly tenantId: string;
  readonly domain: string;
  readonly subscriptionId: string;
  readonly userPrincipalName: string;
  /** In clear here and nowhere else. */
  readonly password: string;
}

/** The tenants of the platform as its operator sees them. */
export interface Tenants {
  list(): readonly TenantSummary[];
  /**
   * Creates a tenant with an administrator and a subscription that he owns. Calls run one after another. One that failed half-way is completed by
   * the next one for the same domain. Throws KernelError `conflict` when the domain or the id is taken, `invalid` for a value that the directory refuses.
   */
  create(tenant: NewTenant): Promise<CreatedTenant>;
}

/** The ids of a tenant that is being created: written first and removed last. */
interface Unfinished {
  readonly tenantId: string;
  readonly subscriptionId: string;
}

const taken = (message: string) => new KernelError('conflict', message);

export const createTenants = (
  deps: TenantParts & {
    readonly store: Store;
    readonly directory: { readonly users: Pick<Directory['users'], 'setPassword'> };
  },
): Tenants => {
  const { directory, arm } = deps;
  const unfinished = collection<Unfinished>(deps.store, { prefix: '/server/unfinished-tenants/' });

  /** The ids to go on with: those of an earlier attempt for the domain, or new ones. */
  const begin = async ({ domain, tenantId }: NewTenant): Promise<Unfinished> => {
    const before = (await unfinished.get(domain))?.value;
    if (before !== undefined) {
      if (tenantId !== undefined && tenantId !== before.tenantId)
        throw taken(`The tenant of ${domain} was begun with the id ${before.tenantId}: give that one, or none.`);
      return before;
    }
    if (directory.tenants.find(domain) !== undefined) throw taken(`The domain ${domain} belongs to another tenant.`);
    if (tenantId !== undefined && directory.tenants.find(tenantId) !== undefined) throw taken(`The tenant ${tenantId} exists.`);
    const ids: Unfinished = { tenantId: tenantId ?? newGuid(), subscriptionId: newGuid() };
    await unfinished.create(domain, ids);
    return ids;
  };

  const create = async (tenant: NewTenant): Promise<CreatedTenant> => {
    const { displayName, domain } = tenant;
    const { tenantId, subscriptionId } = await begin(tenant);
    const userPrincipalName = `admin@${domain}`;
    const password = newPassword();
    const administrator = { userPrincipalName, displayName: 'Administrator', password };
    try {
      const made = await bringUpTenant(deps, { tenantId, displayName, domain, subscriptionId, administrator });
      // The password of the attempt before was never told to anyone.
      if (!made.created) await directory.users.setPassword(tenantId, made.administrator.id, password);
    } catch (thrown) {
      // Nothing came of it, so nothing has to be completed.
      if (directory.tenants.find(tenantId) === undefined) await unfinished.delete(domain);
      throw thrown;
    }
    await unfinished.delete(domain);
    return { tenantId, domain, subscriptionId, userPrincipalName, password };
  };

  let last: Promise<unknown> = Promise.resolve();
  return {
    list: () =>
      directory.tenants.list().map(({ id, displayName, domains, createdDateTime }) => ({
        tenantId: id,
        displayName,
        domains,
        createdDateTime,
        subscriptions: arm.subscriptions
          .list(id)
          .map((subscription) => ({ subscriptionId: subscription.subscriptionId, displayName: subscription.displayName })),
      })),
    create(tenant) {
      const next = last.then(() => create(tenant));
      last = next.catch(() => undefined);
      return next;
    },
  };
};
