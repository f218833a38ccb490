import { collection, mirror, type Store } from '@podpass/store';
import type { Subscription } from './model.ts';

/** Registration of a resource provider, and of its preview features, in one subscription. */
export type RegistrationState = 'Registered' | 'NotRegistered';

export interface Subscriptions {
  get(subscriptionId: string): Subscription | undefined;
  list(tenantId: string): readonly Subscription[];
  /** Creates the subscription, or renames the one with the same id. */
  put(subscription: Subscription): Promise<void>;
  /** Providers are registered unless someone unregistered them; features are not registered unless asked for. */
  registration(subscriptionId: string, name: string): RegistrationState | undefined;
  register(subscriptionId: string, name: string, state: RegistrationState): Promise<void>;
  close(): void;
}

const registrationId = (subscriptionId: string, name: string) => `${subscriptionId}/${name}`.toLowerCase();

export const createSubscriptions = async (store: Store): Promise<Subscriptions> => {
  const rows = collection<Subscription>(store, { prefix: 'arm/subscriptions' });
  const marks = collection<RegistrationState>(store, { prefix: 'arm/registrations' });
  const held = await mirror(store, rows);
  const heldMarks = await mirror(store, marks);
  const byTenant = held.index((row) => row.tenantId);
  return {
    get: (subscriptionId) => held.get(subscriptionId.toLowerCase()),
    list: (tenantId) => byTenant(tenantId.toLowerCase()),
    async put(subscription) {
      const subscriptionId = subscription.subscriptionId.toLowerCase();
      await rows.put(subscriptionId, { ...subscription, subscriptionId, tenantId: subscription.tenantId.toLowerCase() });
    },
    registration: (subscriptionId, name) => heldMarks.get(registrationId(subscriptionId, name)),
    async register(subscriptionId, name, state) {
      await marks.put(registrationId(subscriptionId, name), state);
    },
    close() {
      held.close();
      heldMarks.close();
    },
  };
};
