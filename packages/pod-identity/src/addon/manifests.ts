import { apiVersion, customResourceDefinitions, type Manifest } from '../crds/index.ts';
import { exceptionManifest, nmiManifests } from './nmi-manifests.ts';
import type { AddonException, AddonIdentity, AddonProfile } from './types.ts';
import { managed, nmiProbePort } from './wire.ts';

/** The mark of what is ours to change and to remove. */
const mark = { [managed.ownerLabel]: managed.ownerValue } as const;
const managedBy = { [managed.managedByLabel]: managed.managedByValue } as const;

/** NMI's arguments in managed mode. Upstream forces namespaced lookups there by itself. */
const nmiArgs = ({ allowKubenet }: Pick<AddonProfile, 'allowKubenet'>): readonly string[] => [
  '--node=$(NODE_NAME)',
  '--operation-mode=managed',
  '--forceNamespaced',
  `--http-probe-port=${String(nmiProbePort)}`,
  ...(allowKubenet ? ['--allow-network-plugin-kubenet=true'] : []),
];

/** What the add-on consists of besides its entries, in the order of creation. */
export const addonManifests = (profile: Pick<AddonProfile, 'allowKubenet'>): readonly Manifest[] => {
  const { namespace, serviceAccount, role, roleBinding: binding, daemonSet: name, exception } = managed;
  return [
    ...customResourceDefinitions(),
    exceptionManifest({ name: exception, namespace, podLabels: managedBy }, mark),
    ...nmiManifests({
      names: { namespace, serviceAccount, role, binding, name },
      labels: { ...mark, ...managedBy },
      podLabels: managedBy,
      args: nmiArgs(profile),
      assigned: false,
    }),
  ];
};

export const identityManifests = ({ name, namespace, selector, resourceId, clientId }: AddonIdentity): readonly Manifest[] => [
  {
    apiVersion,
    kind: 'AzureIdentity',
    metadata: { name, namespace, labels: mark },
    spec: { type: 0, resourceID: resourceId, clientID: clientId },
  },
  {
    apiVersion,
    kind: 'AzureIdentityBinding',
    metadata: { name: `${name}-binding`, namespace, labels: mark },
    spec: { azureIdentity: name, selector },
  },
];

export const userExceptionManifest = (exception: AddonException): Manifest => exceptionManifest(exception, mark);
export const namespaceManifest = (name: string): Manifest => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });

/** Label selector of what is ours. */
export const ourSelector = `${managed.ownerLabel}=${managed.ownerValue}`;
