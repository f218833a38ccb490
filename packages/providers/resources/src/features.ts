import { operation, type ArmRequest, type RegistrationState } from '@podpass/arm';
import { fail } from './errors.ts';
import { knownFeatures, paths } from './wire.ts';

const all = Object.entries(knownFeatures).flatMap(([namespace, features]) => features.map((feature) => ({ namespace, feature })));
type Feature = (typeof all)[number];

const key = ({ namespace, feature }: Feature) => `${namespace}/features/${feature}`;

const body = (request: ArmRequest, feature: Feature) => ({
  properties: {
    state: request.arm.subscriptions.registration(request.subscription.subscriptionId, key(feature)) ?? 'NotRegistered',
  },
  id: `/subscriptions/${request.subscription.subscriptionId}/providers/Microsoft.Features/providers/${feature.namespace}/features/${feature.feature}`,
  type: 'Microsoft.Features/providers/features',
  name: `${feature.namespace}/${feature.feature}`,
});

const same = (a: string, b: string) => a.toLowerCase() === b.toLowerCase();
const inNamespace = (request: ArmRequest) => all.filter((each) => same(each.namespace, request.param('resourceProviderNamespace')));

const find = (request: ArmRequest): Feature => {
  const name = request.param('featureName');
  const found = inNamespace(request).find((each) => same(each.feature, name));
  if (found === undefined) throw fail('FeatureNotFound', { feature: name });
  return found;
};

const read = { kind: 'action', action: 'Microsoft.Features/features/read' } as const;

export const featuresListAll = operation({
  name: 'Features_ListAll',
  method: 'GET',
  path: paths.allFeatures,
  access: read,
  handler: async (request) => ({ status: 200, body: { value: all.map((each) => body(request, each)) } }),
});

export const featuresList = operation({
  name: 'Features_List',
  method: 'GET',
  path: paths.features,
  access: read,
  handler: async (request) => ({ status: 200, body: { value: inNamespace(request).map((each) => body(request, each)) } }),
});

export const featureGet = operation({
  name: 'Features_Get',
  method: 'GET',
  path: paths.feature,
  access: { kind: 'action', action: 'Microsoft.Features/providers/features/read' },
  handler: async (request) => ({ status: 200, body: body(request, find(request)) }),
});

const change = (name: string, path: string, verb: string, state: RegistrationState) =>
  operation({
    name,
    method: 'POST',
    path,
    access: { kind: 'action', action: `Microsoft.Features/providers/features/${verb}/action` },
    handler: async (request) => {
      const feature = find(request);
      await request.arm.subscriptions.register(request.subscription.subscriptionId, key(feature), state);
      return { status: 200, body: body(request, feature) };
    },
  });

export const featureRegister = change('Features_Register', paths.registerFeature, 'register', 'Registered');
export const featureUnregister = change('Features_Unregister', paths.unregisterFeature, 'unregister', 'NotRegistered');
