import { isObject, parseJson } from '@podpass/kernel';

/** What a node's azure.json says, as far as MIC reads it. Absent members are empty. */
export interface CloudConfig {
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  readonly vmType: string;
  readonly useManagedIdentity: boolean;
  /** Client id of the identity that MIC itself uses: it is never taken from a scale set. */
  readonly userAssignedIdentityId: string;
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Parses azure.json; undefined when it is no JSON object. */
export const parseCloudConfig = (json: string): CloudConfig | undefined => {
  const value = parseJson(json);
  if (!isObject(value)) return undefined;
  const managed = value['useManagedIdentityExtension'];
  return {
    subscriptionId: text(value['subscriptionId']),
    resourceGroup: text(value['resourceGroup']),
    vmType: text(value['vmType']),
    useManagedIdentity: managed === true || managed === 'true',
    userAssignedIdentityId: text(value['userAssignedIdentityID']),
  };
};

/** The same from the variables that upstream's secret `aadpodidentity-admin-secret` fills. */
export const cloudConfigOfEnv = (env: Readonly<Record<string, string>>): CloudConfig => ({
  subscriptionId: env['SUBSCRIPTION_ID'] ?? '',
  resourceGroup: env['RESOURCE_GROUP'] ?? '',
  vmType: env['VM_TYPE'] ?? '',
  useManagedIdentity: (env['USE_MSI'] ?? '').toLowerCase() === 'true',
  userAssignedIdentityId: env['USER_ASSIGNED_MSI_CLIENT_ID'] ?? '',
});
