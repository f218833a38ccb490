import type { Clock } from '@podpass/kernel';
import type { Subscriptions } from './subscriptions.ts';

/** https://learn.microsoft.com/rest/api/resources/features/get#featureproperties */
export type FeatureState = 'NotRegistered' | 'Registering' | 'Registered' | 'Unregistering' | 'Unregistered';

interface FeatureFacts {
  readonly subscriptions: Subscriptions;
  readonly clock: Clock;
}

/** A preview feature in one subscription, for example `Microsoft.ContainerService` and `EnablePodIdentityPreview`; in any case. */
export interface FeatureName {
  readonly subscriptionId: string;
  readonly namespace: string;
  readonly feature: string;
}

const keyOf = ({ namespace, feature }: FeatureName) => `${namespace}/features/${feature}`;

/**
 * What a preview feature's registration is at this moment. Only `Registered` opens what the feature gates. On Azure the
 * provider learns of it once it is registered again (`az provider register`); here the state alone counts.
 */
export const featureState = ({ subscriptions, clock }: FeatureFacts, name: FeatureName): FeatureState => {
  const mark = subscriptions.feature(name.subscriptionId, keyOf(name)) ?? 'NotRegistered';
  if (typeof mark === 'string') return mark;
  if (clock.now() < mark.until) return mark.state;
  return mark.state === 'Registering' ? 'Registered' : 'Unregistered';
};

/**
 * Registers the feature, or takes it back, which comes into force after `delay` milliseconds. Returns the state as the
 * answer of this very request says it: still on the way, even without a delay. Asking again changes nothing.
 */
export const changeFeature = async (
  facts: FeatureFacts,
  name: FeatureName,
  change: { readonly to: 'Registered' | 'Unregistered'; readonly delay: number },
): Promise<FeatureState> => {
  const present = featureState(facts, name);
  const pending = change.to === 'Registered' ? 'Registering' : 'Unregistering';
  const nothingToTake = change.to === 'Unregistered' && present === 'NotRegistered';
  if (present === change.to || present === pending || nothingToTake) return present;
  await facts.subscriptions.markFeature(name.subscriptionId, keyOf(name), { state: pending, until: facts.clock.now() + change.delay });
  return pending;
};
