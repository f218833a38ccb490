import { changeFeature, featureState, type ArmRequest, type FeatureState } from '@podpass/arm';
import { fail } from './errors.ts';
import { knownFeatures } from './wire.ts';

/** A preview feature that Podpass knows. */
export interface Feature {
  readonly namespace: string;
  readonly feature: string;
}

export const allFeatures: readonly Feature[] = Object.entries(knownFeatures).flatMap(([namespace, features]) =>
  features.map((feature) => ({ namespace, feature })),
);

const same = (a: string, b: string) => a.toLowerCase() === b.toLowerCase();

/** The features of the namespace that the path names. */
export const inNamespace = (request: ArmRequest): readonly Feature[] =>
  allFeatures.filter((each) => same(each.namespace, request.param('resourceProviderNamespace')));

/** Throws `FeatureNotFound`: what has no meaning here cannot be registered. */
export const findFeature = (request: ArmRequest): Feature => {
  const name = request.param('featureName');
  const found = inNamespace(request).find((each) => same(each.feature, name));
  if (found === undefined) throw fail('FeatureNotFound', { feature: name });
  return found;
};

const named = (request: ArmRequest, feature: Feature) => ({ ...feature, subscriptionId: request.subscription.subscriptionId });

export const stateOf = (request: ArmRequest, feature: Feature): FeatureState => featureState(request.arm, named(request, feature));

/** How long registering and unregistering take, in milliseconds, asked for at each request. */
export interface FeatureDependencies {
  readonly delay: () => number;
}

/** The state that the answer to the change itself shows. */
export const changeTo = (request: ArmRequest, feature: Feature, change: { to: 'Registered' | 'Unregistered'; delay: number }) =>
  changeFeature(request.arm, named(request, feature), change);
