import { fail as armFail, groupId, scaleSetsOf, scaleSetType, type ArmRequest, type ScaleSet } from '@podpass/arm';
import { oldestVersion, versions } from './wire.ts';

const both = 'SystemAssigned, UserAssigned';

/** The four types of a resource's identity, as answers spell them. */
export type IdentityType = 'None' | 'SystemAssigned' | 'UserAssigned' | typeof both;

export const hasSystem = (type: IdentityType): boolean => type === 'SystemAssigned' || type === both;
export const hasUser = (type: IdentityType): boolean => type === 'UserAssigned' || type === both;

const typeNow = ({ principalId, identities }: ScaleSet['state']): IdentityType => {
  if (identities.length === 0) return principalId === undefined ? 'None' : 'SystemAssigned';
  return principalId === undefined ? 'UserAssigned' : both;
};

/** Undefined while no identity is assigned: the member is absent then. */
const identityAnswer = ({ state, tenantId }: ScaleSet) => {
  const type = typeNow(state);
  if (type === 'None') return undefined;
  return {
    type,
    ...(state.principalId === undefined ? {} : { principalId: state.principalId, tenantId }),
    ...(state.identities.length === 0
      ? {}
      : {
          userAssignedIdentities: Object.fromEntries(
            state.identities.map(({ id, clientId, principalId }) => [id, { clientId, principalId }]),
          ),
        }),
  };
};

/** The wire form of a scale set. https://learn.microsoft.com/rest/api/compute/virtual-machine-scale-sets/get */
export const scaleSetAnswer = (set: ScaleSet) => {
  const { id, name, location, tags, state, system } = set;
  const identity = identityAnswer(set);
  return {
    name,
    id,
    type: scaleSetType,
    location,
    tags,
    ...(identity === undefined ? {} : { identity }),
    sku: { name: state.vmSize, tier: 'Standard', capacity: state.capacity },
    properties: {
      singlePlacementGroup: true,
      orchestrationMode: 'Uniform',
      upgradePolicy: { mode: 'Manual' },
      virtualMachineProfile: {
        osProfile: {
          computerNamePrefix: name,
          adminUsername: 'azureuser',
          linuxConfiguration: { disablePasswordAuthentication: true },
        },
        storageProfile: { osDisk: { osType: 'Linux', createOption: 'FromImage', caching: 'ReadOnly' } },
      },
      provisioningState: state.provisioningState,
      overprovision: false,
      uniqueId: state.uniqueId,
      timeCreated: system.createdAt,
    },
  };
};

/** Refuses the versions in which scale sets had another form; the shared phase has checked that it is a version at all. */
export const checkVersion = ({ apiVersion }: ArmRequest): void => {
  if (apiVersion.slice(0, 10) >= oldestVersion) return;
  throw armFail('NoRegisteredProviderFound', {
    version: apiVersion,
    type: 'virtualMachineScaleSets',
    supported: versions.join(', '),
  });
};

const scaleSetId = (request: ArmRequest): string =>
  `${groupId(request.subscription.subscriptionId, request.group.name)}/providers/${scaleSetType}/${request.param('vmScaleSetName')}`;

/** The set that the request's path names; undefined when there is none. */
export const findScaleSet = (request: ArmRequest): ScaleSet | undefined => scaleSetsOf(request.arm).get(scaleSetId(request));

/** Throws `ResourceNotFound`. */
export const requireScaleSet = (request: ArmRequest): ScaleSet => {
  checkVersion(request);
  const set = findScaleSet(request);
  if (set !== undefined) return set;
  throw armFail('ResourceNotFound', { type: scaleSetType, name: request.param('vmScaleSetName'), group: request.group.name });
};
