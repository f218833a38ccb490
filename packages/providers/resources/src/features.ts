import { operation, type ArmRequest, type FeatureState } from '@podpass/arm';
import { allFeatures, changeTo, findFeature, inNamespace, stateOf, type Feature, type FeatureDependencies } from './known-features.ts';
import { paths } from './wire.ts';

const body = (request: ArmRequest, { namespace, feature }: Feature, state: FeatureState) => ({
  properties: { state },
  id: `/subscriptions/${request.subscription.subscriptionId}/providers/Microsoft.Features/providers/${namespace}/features/${feature}`,
  type: 'Microsoft.Features/providers/features',
  name: `${namespace}/${feature}`,
});

const listed = (request: ArmRequest, features: readonly Feature[]) => ({
  status: 200,
  body: { value: features.map((each) => body(request, each, stateOf(request, each))) },
});

const read = { kind: 'action', action: 'Microsoft.Features/features/read' } as const;

export const featuresListAll = operation({
  name: 'Features_ListAll',
  method: 'GET',
  path: paths.allFeatures,
  access: read,
  handler: async (request) => listed(request, allFeatures),
});

export const featuresList = operation({
  name: 'Features_List',
  method: 'GET',
  path: paths.features,
  access: read,
  handler: async (request) => listed(request, inNamespace(request)),
});

export const featureGet = operation({
  name: 'Features_Get',
  method: 'GET',
  path: paths.feature,
  access: { kind: 'action', action: 'Microsoft.Features/providers/features/read' },
  handler: async (request) => {
    const feature = findFeature(request);
    return { status: 200, body: body(request, feature, stateOf(request, feature)) };
  },
});

/** An operation that moves a feature towards a state. */
const change =
  (verb: 'Register' | 'Unregister', path: string) =>
  ({ delay }: FeatureDependencies) =>
    operation({
      name: `Features_${verb}`,
      method: 'POST',
      path,
      access: { kind: 'action', action: `Microsoft.Features/providers/features/${verb.toLowerCase()}/action` },
      handler: async (request) => {
        const feature = findFeature(request);
        const state = await changeTo(request, feature, { to: `${verb}ed`, delay: delay() });
        return { status: 200, body: body(request, feature, state) };
      },
    });

/** The answer is always still on the way (`Registering`); without a delay the next one says `Registered`. */
export const featureRegister = change('Register', paths.registerFeature);

/** Likewise `Unregistering`, then `Unregistered`. What the feature opened stays; nothing new is opened. */
export const featureUnregister = change('Unregister', paths.unregisterFeature);
