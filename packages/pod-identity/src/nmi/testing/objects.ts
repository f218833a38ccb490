import { readKubeObject, type KubeObject } from '@podpass/kube-client';

/** Builders of the objects that NMI reads. */
export const node = 'aks-nodepool1-0';
const subscription = '11111111-2222-3333-4444-555555555555';
export const resourceId = (name: string): string =>
  `/subscriptions/${subscription}/resourceGroups/rg/providers/Microsoft.ManagedIdentity/userAssignedIdentities/${name}`;
/** A client id that belongs to `name` only. */
export const clientId = (name: string): string =>
  `${Buffer.from(name.padEnd(4, '0')).toString('hex').slice(0, 8)}-aaaa-bbbb-cccc-dddddddddddd`;
export const principalId = (name: string): string =>
  `${Buffer.from(name.padEnd(4, '0')).toString('hex').slice(0, 8)}-ffff-bbbb-cccc-dddddddddddd`;

const created = '2026-01-01T00:00:00Z';
type Members = Record<string, unknown>;

const object = (metadata: Members, rest: Members): KubeObject => {
  const read = readKubeObject({ metadata: { resourceVersion: '1', creationTimestamp: created, ...metadata }, ...rest });
  if (read === undefined) throw new Error('not an object');
  return read;
};

export interface PodOptions {
  readonly namespace?: string;
  readonly uid?: string;
  readonly labels?: Members;
  readonly spec?: Members;
  readonly phase?: string;
  readonly metadata?: Members;
}
export const pod = (
  name: string,
  {
    namespace = 'apps',
    uid = `uid-${name}`,
    labels = { aadpodidbinding: 'demo' },
    spec = {},
    phase = 'Running',
    metadata = {},
  }: PodOptions = {},
): KubeObject =>
  object({ name, namespace, uid, labels, ...metadata }, { spec: { nodeName: node, ...spec }, status: { phase, podIP: '10.0.0.7' } });

export interface IdentityOptions {
  readonly namespace?: string;
  readonly spec?: Members;
  readonly annotations?: Members;
}
export const identity = (name: string, { namespace = 'apps', spec = {}, annotations = {} }: IdentityOptions = {}): KubeObject =>
  object(
    { name, namespace, uid: `uid-identity-${namespace}-${name}`, annotations },
    { spec: { type: 0, resourceID: resourceId(name), clientID: clientId(name), ...spec } },
  );

export const binding = (
  name: string,
  { namespace = 'apps', selector = 'demo', azureIdentity = name }: { namespace?: string; selector?: string; azureIdentity?: string } = {},
): KubeObject =>
  object({ name: `${name}-binding`, namespace, uid: `uid-binding-${namespace}-${name}` }, { spec: { azureIdentity, selector } });

export interface AssignedOptions {
  readonly namespace?: string;
  readonly status?: string | undefined;
  readonly podNamespace?: string;
  readonly spec?: Members;
  readonly metadata?: Members;
  readonly of?: KubeObject;
  readonly by?: KubeObject;
}
/** What MIC writes when it binds `podName` to the identity `name`. */
export const assigned = (
  podName: string,
  name: string,
  {
    namespace = 'default',
    status = 'Assigned',
    podNamespace = 'apps',
    spec = {},
    metadata = {},
    of = identity(name),
    by = binding(name),
  }: AssignedOptions = {},
): KubeObject =>
  object(
    {
      name: `${podName}-${podNamespace}-${name}`,
      namespace,
      uid: `uid-assigned-${podName}-${name}`,
      labels: { nodename: node },
      ...metadata,
    },
    { spec: { azureIdentityRef: of, azureBindingRef: by, pod: podName, podNamespace, nodename: node, ...spec }, status: { status } },
  );

export const exception = (name: string, podLabels: Members, namespace = 'apps'): KubeObject =>
  object({ name, namespace, uid: `uid-exception-${namespace}-${name}` }, { spec: { podLabels } });
