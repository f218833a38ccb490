import { collection, mirror, type Store } from '@podpass/store';
import type { Subscription } from './model.ts';

/** Registration of a resource provider, and of its preview features, in one subscription. */
export type RegistrationState = 'Registered' | 'NotRegistered';

/** How a preview feature is marked: settled, or on its way to being so at `until` (milliseconds since the epoch). */
export type FeatureMark = RegistrationState | 'Unregistered' | { readonly state: 'Registering' | 'Unregistering'; readonly until: number };

export interface Subscriptions {
  get(subscriptionId: string): Subscription | undefined;
  list(tenantId: string): readonly Subscription[];
  /** Creates the subscription, or renames the one with the same id. */
  put(subscription: Subscription): Promise<void>;
  /** Providers are registered unless someone unregistered them. */
  registration(subscriptionId: string, name: string): RegistrationState | undefined;
  register(subscriptionId: string, name: string, state: RegistrationState): Promise<void>;
  /** The mark of a preview feature; undefined when nobody ever asked for it. `featureState` says what it means now. */
  feature(subscriptionId: string, name: string): FeatureMark | undefined;
  markFeature(subscriptionId: string, name: string, mark: FeatureMark): Promise<void>;
  close(): void;
}

const registrationId = (subscriptionId: string, name: string) => `${subscriptionId}/${name}`.toLowerCase();

export const createSubscriptions = async (store: Store): Promise<Subscriptions> => {
  const rows = collection<Subscription>(store, { prefix: 'arm/subscriptions' });
  const marks = collection<FeatureMark>(store, { prefix: 'arm/registrations' });
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
    registration(subscriptionId, name) {
      const mark = heldMarks.get(registrationId(subscriptionId, name));
      return mark === 'Registered' || mark === 'NotRegistered' ? mark : undefined;
    },
    async register(subscriptionId, name, state) {
      await marks.put(registrationId(subscriptionId, name), state);
    },
    feature: (subscriptionId, name) => heldMarks.get(registrationId(subscriptionId, name)),
    async markFeature(subscriptionId, name, mark) {
      await marks.put(registrationId(subscriptionId, name), mark);
    },
    close() {
      held.close();
      heldMarks.close();
    },
  };
};
