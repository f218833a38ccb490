import { anything, invalidBody, operation, operationWithBody, optional, type ArmRequest, type FeatureState } from '@podpass/arm';
import { allFeatures, changeTo, findFeature, inNamespace, stateOf, type Feature, type FeatureDependencies } from './known-features.ts';
import { paths } from './wire.ts';

const type = 'Microsoft.Features/featureProviders/subscriptionFeatureRegistrations';

/** https://learn.microsoft.com/rest/api/resources/subscription-feature-registrations/get */
const body = (request: ArmRequest, { namespace, feature }: Feature, state: FeatureState) => ({
  id: `/subscriptions/${request.subscription.subscriptionId}/providers/Microsoft.Features/featureProviders/${namespace}/subscriptionFeatureRegistrations/${feature}`,
  name: feature,
  type,
  properties: {
    tenantId: request.subscription.tenantId,
    subscriptionId: request.subscription.subscriptionId,
    featureName: feature,
    displayName: feature,
    providerNamespace: namespace,
    state,
    approvalType: 'AutoApproval',
  },
});

/** Only what somebody asked for, unlike the list of features. */
const listed = (request: ArmRequest, features: readonly Feature[]) => {
  const asked = features.map((feature) => ({ feature, state: stateOf(request, feature) })).filter(({ state }) => state !== 'NotRegistered');
  return { status: 200, body: { value: asked.map(({ feature, state }) => body(request, feature, state)) } };
};

const access = (action: string) => ({ kind: 'action', action: `${type}/${action}` }) as const;

export const registrationsListAll = operation({
  name: 'SubscriptionFeatureRegistrations_ListAllBySubscription',
  method: 'GET',
  path: paths.allRegistrations,
  access: { kind: 'action', action: 'Microsoft.Features/subscriptionFeatureRegistrations/read' },
  handler: async (request) => listed(request, allFeatures),
});

export const registrationsList = operation({
  name: 'SubscriptionFeatureRegistrations_ListBySubscription',
  method: 'GET',
  path: paths.registrations,
  access: access('read'),
  handler: async (request) => listed(request, inNamespace(request)),
});

export const registrationGet = operation({
  name: 'SubscriptionFeatureRegistrations_Get',
  method: 'GET',
  path: paths.registration,
  access: access('read'),
  handler: async (request) => {
    const feature = findFeature(request);
    return { status: 200, body: body(request, feature, stateOf(request, feature)) };
  },
});

/** `az feature registration create`: the same registration as `az feature register`, in its newer form. */
export const registrationPut = ({ delay }: FeatureDependencies) =>
  operationWithBody({
    name: 'SubscriptionFeatureRegistrations_CreateOrUpdate',
    method: 'PUT',
    path: paths.registration,
    access: access('write'),
    body: optional(anything()),
    invalid: invalidBody('InvalidRequestContent'),
    handler: async (request) => {
      const feature = findFeature(request);
      const state = await changeTo(request, feature, { to: 'Registered', delay: delay() });
      return { status: 200, body: body(request, feature, state) };
    },
  });

/** 204 when there was nothing to take back. */
export const registrationDelete = ({ delay }: FeatureDependencies) =>
  operation({
    name: 'SubscriptionFeatureRegistrations_Delete',
    method: 'DELETE',
    path: paths.registration,
    access: access('delete'),
    handler: async (request) => {
      const feature = findFeature(request);
      const before = stateOf(request, feature);
      await changeTo(request, feature, { to: 'Unregistered', delay: delay() });
      return { status: before === 'NotRegistered' || before === 'Unregistered' ? 204 : 200 };
    },
  });
