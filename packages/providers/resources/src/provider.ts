import { defineProvider } from '@podpass/arm';
import { featureGet, featureRegister, featuresList, featuresListAll, featureUnregister } from './features.ts';
import { registrationDelete, registrationGet, registrationPut, registrationsList, registrationsListAll } from './feature-registrations.ts';
import { groupDelete, operationResult } from './group-delete.ts';
import { groupPatch } from './group-patch.ts';
import { groupPut } from './group-put.ts';
import { groupExists, groupGet, groupsList } from './group-read.ts';
import { providerGet, providerRegister, providersList, providerUnregister } from './providers.ts';
import { groupResourcesList, resourcesList } from './resources-list.ts';
import { locationsList, subscriptionsGet, subscriptionsList } from './subscriptions.ts';
import { tenantsList } from './tenants.ts';
import { versions } from './wire.ts';

export const resourcesProvider = defineProvider({
  namespace: 'Microsoft.Resources',
  types: [
    { type: 'tenants', apiVersions: versions.subscriptions, regional: false, operations: [tenantsList] },
    {
      type: 'subscriptions',
      apiVersions: versions.subscriptions,
      regional: false,
      operations: [subscriptionsList, subscriptionsGet, locationsList],
    },
    {
      type: 'subscriptions/providers',
      apiVersions: versions.groups,
      regional: false,
      operations: [providersList, providerGet, providerRegister, providerUnregister],
    },
    {
      type: 'resourceGroups',
      apiVersions: versions.groups,
      regional: false,
      operations: [groupPut, groupGet, groupExists, groupsList, groupPatch, groupDelete],
    },
    {
      type: 'subscriptions/resources',
      apiVersions: versions.groups,
      regional: false,
      operations: [resourcesList, groupResourcesList],
    },
    { type: 'subscriptions/operationresults', apiVersions: versions.groups, regional: false, operations: [operationResult] },
  ],
});

export interface FeaturesOptions {
  /**
   * How long registering and unregistering a feature take, in milliseconds, asked at each request; 0 when absent. Even then
   * the answer itself says `Registering`, and the next one `Registered`.
   */
  readonly delay?: () => number;
}

/** Microsoft.Features: preview features, with their state on the way. */
export const createFeaturesProvider = ({ delay = () => 0 }: FeaturesOptions = {}) =>
  defineProvider({
    namespace: 'Microsoft.Features',
    types: [
      {
        type: 'features',
        apiVersions: versions.features,
        regional: false,
        operations: [featuresListAll, featuresList, featureGet, featureRegister({ delay }), featureUnregister({ delay })],
      },
      {
        type: 'featureProviders/subscriptionFeatureRegistrations',
        apiVersions: versions.features,
        regional: false,
        operations: [registrationsListAll, registrationsList, registrationGet, registrationPut({ delay }), registrationDelete({ delay })],
      },
    ],
  });

/** The same without a delay. */
export const featuresProvider = createFeaturesProvider();
