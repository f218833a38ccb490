import { fail, operation, regions, type ArmRequest, type ProviderDefinition, type RegistrationState } from '@podpass/arm';
import { paths } from './wire.ts';

const everywhere = regions.filter((region) => region.physical).map((region) => region.displayName);

const body = (request: ArmRequest, provider: ProviderDefinition) => ({
  id: `/subscriptions/${request.subscription.subscriptionId}/providers/${provider.namespace}`,
  namespace: provider.namespace,
  registrationPolicy: 'RegistrationRequired',
  registrationState: request.arm.subscriptions.registration(request.subscription.subscriptionId, provider.namespace) ?? 'Registered',
  resourceTypes: provider.types.map((type) => ({
    resourceType: type.type,
    locations: type.regional ? everywhere : [],
    apiVersions: type.apiVersions,
    capabilities: 'None',
  })),
});

const find = (request: ArmRequest): ProviderDefinition => {
  const namespace = request.param('resourceProviderNamespace');
  const provider = request.arm.providers.find((each) => each.namespace.toLowerCase() === namespace.toLowerCase());
  if (provider === undefined) throw fail('InvalidResourceNamespace', { namespace });
  return provider;
};

export const providersList = operation({
  name: 'Providers_List',
  method: 'GET',
  path: paths.providers,
  access: { kind: 'member' },
  handler: async (request) => ({ status: 200, body: { value: request.arm.providers.map((provider) => body(request, provider)) } }),
});

export const providerGet = operation({
  name: 'Providers_Get',
  method: 'GET',
  path: paths.provider,
  access: { kind: 'member' },
  handler: async (request) => ({ status: 200, body: body(request, find(request)) }),
});

const change = (name: string, path: string, verb: string, state: RegistrationState) =>
  operation({
    name,
    method: 'POST',
    path,
    access: { kind: 'action', action: `{resourceProviderNamespace}/${verb}/action` },
    handler: async (request) => {
      const provider = find(request);
      await request.arm.subscriptions.register(request.subscription.subscriptionId, provider.namespace, state);
      return { status: 200, body: body(request, provider) };
    },
  });

/** At once: nothing has to be prepared in a subscription, so there is no `Registering` in between. */
export const providerRegister = change('Providers_Register', paths.registerProvider, 'register', 'Registered');
export const providerUnregister = change('Providers_Unregister', paths.unregisterProvider, 'unregister', 'NotRegistered');
