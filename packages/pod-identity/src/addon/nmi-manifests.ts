import type { JsonObject } from '@podpass/kernel';
import { apiVersion, group, type Manifest } from '../crds/index.ts';
import { images, nmiLabels, nmiProbePort } from './wire.ts';

export interface NmiNames {
  readonly namespace: string;
  readonly serviceAccount: string;
  readonly role: string;
  readonly binding: string;
  readonly name: string;
}

export interface NmiManifestOptions {
  readonly names: NmiNames;
  /** Labels of every object. */
  readonly labels: Labels;
  readonly podLabels: Labels;
  readonly args: readonly string[];
  /** Whether the role covers the assigned identities, which only standard mode has. */
  readonly assigned: boolean;
}

/** What NMI may do, as upstream's role grants it. */
const nmiRules = (assigned: boolean): readonly JsonObject[] => [
  { apiGroups: ['apiextensions.k8s.io'], resources: ['customresourcedefinitions'], verbs: ['get', 'list'] },
  { apiGroups: [''], resources: ['pods'], verbs: ['get', 'list', 'watch'] },
  { apiGroups: [''], resources: ['secrets'], verbs: ['get'] },
  {
    apiGroups: [group],
    resources: ['azureidentitybindings', 'azureidentities', 'azurepodidentityexceptions', ...(assigned ? ['azureassignedidentities'] : [])],
    verbs: ['get', 'list', 'watch'],
  },
];

export const field = (name: string, fieldPath: string): JsonObject => ({ name, valueFrom: { fieldRef: { fieldPath } } });

type Labels = Readonly<Record<string, string>>;
/** Without labels there is no member: kubectl takes an empty one for a change at every apply. */
const metadataOf = (metadata: Manifest['metadata'], labels: Labels): Manifest['metadata'] =>
  Object.keys(labels).length === 0 ? metadata : { ...metadata, labels };

/** A service account with one role for the whole cluster. */
export const roleManifests = (
  { namespace, serviceAccount, role, binding }: Omit<NmiNames, 'name'>,
  rules: readonly JsonObject[],
  labels: Labels,
): readonly Manifest[] => [
  { apiVersion: 'v1', kind: 'ServiceAccount', metadata: metadataOf({ name: serviceAccount, namespace }, labels) },
  { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: metadataOf({ name: role }, labels), rules },
  {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata: { name: binding, labels: { ...labels, 'k8s-app': binding } },
    subjects: [{ kind: 'ServiceAccount', name: serviceAccount, namespace }],
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: role },
  },
];

/** A file of the node, mounted where it lies there. */
export const hostFile = (name: string, path: string, type?: string) => ({
  volume: { name, hostPath: { path, ...(type === undefined ? {} : { type }) } },
  mount: { name, mountPath: path },
});

/** How upstream's manifests ask both programs for their health. */
export const livenessProbe = (port: number): JsonObject => ({
  httpGet: { path: '/healthz', port },
  initialDelaySeconds: 10,
  periodSeconds: 5,
});

const lockFile = hostFile('iptableslock', '/run/xtables.lock', 'FileOrCreate');
const kubeletFile = hostFile('kubelet-config', '/etc/default/kubelet', 'FileOrCreate');

/** NMI with its rights. The arguments name `nmiProbePort`. */
export const nmiManifests = ({ names, labels, podLabels, args, assigned }: NmiManifestOptions): readonly Manifest[] => [
  ...roleManifests(names, nmiRules(assigned), labels),
  {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name: names.name, namespace: names.namespace, labels: { ...labels, ...nmiLabels, 'k8s-app': 'aad-pod-id' } },
    spec: {
      updateStrategy: { type: 'RollingUpdate' },
      selector: { matchLabels: { ...nmiLabels } },
      template: {
        metadata: { labels: { ...nmiLabels, ...podLabels } },
        spec: {
          serviceAccountName: names.serviceAccount,
          hostNetwork: true,
          dnsPolicy: 'ClusterFirstWithHostNet',
          tolerations: [{ operator: 'Exists' }],
          nodeSelector: { 'kubernetes.io/os': 'linux' },
          volumes: [lockFile.volume, kubeletFile.volume],
          containers: [
            {
              name: 'nmi',
              image: images.nmi,
              args: [...args],
              env: [field('HOST_IP', 'status.podIP'), field('NODE_NAME', 'spec.nodeName')],
              resources: { limits: { cpu: '200m', memory: '512Mi' }, requests: { cpu: '100m', memory: '256Mi' } },
              volumeMounts: [lockFile.mount, { ...kubeletFile.mount, readOnly: true }],
              livenessProbe: livenessProbe(nmiProbePort),
              securityContext: { runAsUser: 0, capabilities: { drop: ['ALL'], add: ['DAC_READ_SEARCH', 'NET_ADMIN', 'NET_RAW'] } },
            },
          ],
        },
      },
    },
  },
];

/** Excepts the pods that carry any one of `podLabels` from NMI. */
export const exceptionManifest = (
  { name, namespace, podLabels }: { name: string; namespace: string; podLabels: Labels },
  labels: Labels,
): Manifest => ({ apiVersion, kind: 'AzurePodIdentityException', metadata: metadataOf({ name, namespace }, labels), spec: { podLabels } });
