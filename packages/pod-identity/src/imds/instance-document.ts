import type { InstanceDescription } from '../types.ts';

/** A value of the instance document: every primitive is a string. */
export type Node = string | readonly Node[] | { readonly [name: string]: Node };

/** One member of `compute` and the version that brought it. */
type Member = readonly [name: string, since: string, value: Node];

const resourceIdOf = ({ scaleSetId, instanceId }: InstanceDescription): string => `${scaleSetId}/virtualMachines/${instanceId}`;

const storageProfile = (): Node => ({
  dataDisks: [],
  imageReference: { id: '', offer: '', publisher: '', sku: '', version: '' },
  osDisk: {
    caching: '',
    createOption: 'FromImage',
    diffDiskSettings: { option: '' },
    diskSizeGB: '',
    encryptionSettings: { enabled: 'false' },
    image: { uri: '' },
    managedDisk: { id: '', storageAccountType: '' },
    name: '',
    osType: 'Linux',
    vhd: { uri: '' },
    writeAcceleratorEnabled: 'false',
  },
});

/** What the node really knows; everything else is present and empty, as the documentation says of missing values. */
const computeMembers = (about: InstanceDescription): readonly Member[] => {
  const tags = Object.entries(about.tags);
  return [
    ['additionalCapabilities', '2021-11-01', { hibernationEnabled: 'false' }],
    ['azEnvironment', '2018-10-01', 'AzurePublicCloud'],
    ['customData', '2019-02-01', ''],
    ['evictionPolicy', '2020-12-01', ''],
    ['extendedLocation', '2021-03-01', { name: '', type: '' }],
    ['host', '2021-11-15', { id: '' }],
    ['hostGroup', '2021-11-15', { id: '' }],
    ['isHostCompatibilityLayerVm', '2020-06-01', 'false'],
    ['licenseType', '2020-09-01', ''],
    ['location', '2017-04-02', about.location],
    ['name', '2017-04-02', `${about.scaleSet}_${about.instanceId}`],
    ['offer', '2017-04-02', ''],
    ['osProfile', '2020-07-15', { adminUsername: 'azureuser', computerName: about.nodeName, disablePasswordAuthentication: 'true' }],
    ['osType', '2017-04-02', 'Linux'],
    ['placementGroupId', '2017-08-01', ''],
    ['plan', '2018-04-02', { name: '', product: '', publisher: '' }],
    ['platformFaultDomain', '2017-04-02', '0'],
    ['platformSubFaultDomain', '2021-10-01', ''],
    ['platformUpdateDomain', '2017-04-02', '0'],
    ['priority', '2020-12-01', ''],
    ['provider', '2018-10-01', 'Microsoft.Compute'],
    ['publicKeys', '2018-04-02', []],
    ['publisher', '2017-04-02', ''],
    ['resourceGroupName', '2017-08-01', about.resourceGroup],
    ['resourceId', '2019-03-11', resourceIdOf(about)],
    [
      'securityProfile',
      '2020-06-01',
      { encryptionAtHost: 'false', secureBootEnabled: 'false', securityType: '', virtualTpmEnabled: 'false' },
    ],
    ['sku', '2017-04-02', ''],
    ['storageProfile', '2019-06-01', storageProfile()],
    ['subscriptionId', '2017-08-01', about.subscriptionId],
    ['tags', '2017-08-01', tags.map(([name, value]) => `${name}:${value}`).join(';')],
    ['tagsList', '2019-06-04', tags.map(([name, value]) => ({ name, value }))],
    ['userData', '2021-01-01', ''],
    ['version', '2017-04-02', ''],
    ['virtualMachineScaleSet', '2021-02-01', { id: about.scaleSetId }],
    ['vmId', '2017-04-02', about.vmId],
    ['vmScaleSetName', '2017-12-01', about.scaleSet],
    ['vmSize', '2017-04-02', about.vmSize],
    ['zone', '2017-12-01', ''],
  ];
};

/** Twelve hexadecimal digits that belong to this machine: its network is not an Ethernet. Locally administered, as 02 says. */
const macAddressOf = ({ vmId }: InstanceDescription): string => `02${vmId.replaceAll('-', '').slice(-10)}`.toUpperCase();

const network = (about: InstanceDescription): Node => ({
  interface: [
    {
      ipv4: {
        ipAddress: [{ privateIpAddress: about.privateIp, publicIpAddress: '' }],
        subnet: [{ address: `${about.privateIp.split('.').slice(0, 3).join('.')}.0`, prefix: '24' }],
      },
      ipv6: { ipAddress: [] },
      macAddress: macAddressOf(about),
    },
  ],
});

/** The document at /metadata/instance in the shape of `version`. Source: the schema table of the documentation. */
export const instanceDocument = (about: InstanceDescription, version: string): Node => ({
  compute: Object.fromEntries(
    computeMembers(about)
      .filter(([, since]) => since <= version)
      .map(([name, , value]) => [name, value]),
  ),
  network: network(about),
});
