import type { Clock } from '@podpass/kernel';
import type { AccessTokenVerifier, Directory } from '@podpass/directory';
import type { Surface } from '@podpass/http';
import type { Store } from '@podpass/store';
import type { Telemetry } from '@podpass/telemetry';
import { createDeleteGroup, reopenGroup } from './delete-group.ts';
import { createLocks } from './locks.ts';
import { mergeProviders } from './merge-providers.ts';
import { groupType, type GroupState, type Subscription } from './model.ts';
import { createOperations, type Operations } from './operations.ts';
import type { AccessCheck } from './ports.ts';
import { azureProfile, type ArmProfile } from './profile.ts';
import { operationsOf, type ArmServices, type ProviderDefinition } from './provider.ts';
import { createResources, type Resources } from './resources.ts';
import { createRouter } from './router.ts';
import { createSubscriptions, type Subscriptions } from './subscriptions.ts';
import { createSurface } from './surface.ts';

export interface ArmOptions {
  readonly store: Store;
  readonly directory: Directory;
  readonly verifier: AccessTokenVerifier;
  readonly access: AccessCheck;
  readonly clock: Clock;
  readonly telemetry: Pick<Telemetry, 'log' | 'metrics' | 'audit'>;
  readonly providers: readonly ProviderDefinition[];
  /** Azure's public cloud when absent. */
  readonly profile?: ArmProfile;
  /** Takes away what hangs on a deleted scope: role assignments, in practice. */
  readonly scopeDeleted?: (tenantId: string, scope: string) => Promise<unknown>;
}

export interface Arm {
  readonly surface: Surface;
  readonly resources: Resources;
  readonly subscriptions: Subscriptions;
  readonly operations: Operations;
  /** Creates a subscription, or renames the one with this id. */
  seedSubscription(subscription: Subscription): Promise<void>;
  /** Waits for running operations (1 s at most), then stops. */
  close(): Promise<void>;
}

/** Starts the resource manager: loads its state into memory, lets every provider recover, and returns the surface. */
export const createArm = async (options: ArmOptions): Promise<Arm> => {
  const { store, clock, directory, access, profile = azureProfile } = options;
  const providers = mergeProviders(options.providers);
  const log = options.telemetry.log.child({ part: 'arm' });
  const scopeDeleted = async (tenantId: string, scope: string) => void (await options.scopeDeleted?.(tenantId, scope));
  const resources = beginningBare(await createResources(store), scopeDeleted);
  const subscriptions = await createSubscriptions(store);
  const operations = await createOperations({ store, clock, log });
  const deletions = new Map(
    providers.flatMap((provider) =>
      provider.types.flatMap((type) =>
        type.deletion === undefined ? [] : [[`${provider.namespace}/${type.type}`.toLowerCase(), type.deletion] as const],
      ),
    ),
  );
  const deleteGroup = createDeleteGroup(deletions);
  const arm: ArmServices = {
    resources,
    subscriptions,
    operations,
    access,
    directory,
    clock,
    log,
    providers,
    deleteGroup: (group) => deleteGroup(group, arm),
    scopeDeleted,
  };
  for (const group of resources.everywhere(groupType)) {
    if ((group.state as GroupState).provisioningState === 'Deleting') await reopenGroup(group.id, arm);
  }
  for (const provider of providers) await provider.recover?.(arm);
  const router = createRouter(providers.flatMap(operationsOf));
  const dispatch = { arm, profile, router, verifier: options.verifier, locks: createLocks() };
  return {
    surface: createSurface(dispatch, options.telemetry),
    resources,
    subscriptions,
    operations,
    seedSubscription: (subscription) => subscriptions.put(subscription),
    async close() {
      await operations.close();
      resources.close();
      subscriptions.close();
    },
  };
};

/**
 * A resource goes before what hangs on its scope. A crash in between leaves role assignments behind that the next
 * resource of that name must not inherit, so every new one begins by clearing its scope.
 */
const beginningBare = (resources: Resources, clear: ArmServices['scopeDeleted']): Resources => ({
  ...resources,
  async write(changes) {
    for (const change of changes) {
      if (!('create' in change)) continue;
      const { tenantId, id } = change.create;
      if (resources.revision(id) === 0) await clear(tenantId, id);
    }
    await resources.write(changes);
  },
});
