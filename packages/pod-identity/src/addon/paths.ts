import type { Manifest } from '../crds/index.ts';

/** Plural names of the kinds that manifests here have. */
const plurals: Readonly<Record<string, string>> = {
  Namespace: 'namespaces',
  ServiceAccount: 'serviceaccounts',
  ClusterRole: 'clusterroles',
  ClusterRoleBinding: 'clusterrolebindings',
  CustomResourceDefinition: 'customresourcedefinitions',
  DaemonSet: 'daemonsets',
  Deployment: 'deployments',
  AzureIdentity: 'azureidentities',
  AzureIdentityBinding: 'azureidentitybindings',
  AzurePodIdentityException: 'azurepodidentityexceptions',
};

export const collectionPath = ({ apiVersion, kind, metadata }: Manifest): string => {
  const root = apiVersion === 'v1' ? '/api/v1' : `/apis/${apiVersion}`;
  const inside = metadata.namespace === undefined ? '' : `/namespaces/${encodeURIComponent(metadata.namespace)}`;
  return `${root}${inside}/${plurals[kind] ?? `${kind.toLowerCase()}s`}`;
};

export const objectPath = (manifest: Manifest): string => `${collectionPath(manifest)}/${encodeURIComponent(manifest.metadata.name)}`;
