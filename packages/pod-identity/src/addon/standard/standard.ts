import type { JsonObject } from '@podpass/kernel';
import { customResourceDefinitions, group, type Manifest } from '../../crds/index.ts';
import { exceptionManifest, field, hostFile, livenessProbe, nmiManifests, roleManifests } from '../nmi-manifests.ts';
import { images, micLabels, micProbePort, nmiProbePort, standard } from '../wire.ts';

/** What MIC may do, as upstream's role grants it, with leases in place of Endpoints for its leader election. */
const micRules: readonly JsonObject[] = [
  { apiGroups: ['apiextensions.k8s.io'], resources: ['customresourcedefinitions'], verbs: ['get', 'list'] },
  { apiGroups: [''], resources: ['pods', 'nodes'], verbs: ['list', 'watch'] },
  { apiGroups: [''], resources: ['events'], verbs: ['create', 'patch'] },
  { apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: ['create', 'get', 'update'] },
  { apiGroups: [group], resources: ['azureidentitybindings', 'azureidentities'], verbs: ['get', 'list', 'watch'] },
  { apiGroups: [group], resources: ['azureassignedidentities'], verbs: ['*'] },
];

const cloudConfig = hostFile('k8s-azure-file', '/etc/kubernetes/azure.json');

const deployment = (namespace: string): Manifest => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: standard.mic.name, namespace, labels: { component: 'mic', 'k8s-app': 'aad-pod-id' } },
  spec: {
    replicas: standard.replicas,
    selector: { matchLabels: { ...micLabels } },
    template: {
      metadata: { labels: { ...micLabels } },
      spec: {
        serviceAccountName: standard.mic.serviceAccount,
        nodeSelector: { 'kubernetes.io/os': 'linux' },
        volumes: [cloudConfig.volume],
        containers: [
          {
            name: 'mic',
            image: images.mic,
            args: [`--cloudconfig=${cloudConfig.mount.mountPath}`, '--logtostderr', `--leader-election-namespace=${namespace}`],
            env: [field('MIC_POD_NAMESPACE', 'metadata.namespace')],
            resources: { limits: { cpu: '200m', memory: '1024Mi' }, requests: { cpu: '100m', memory: '256Mi' } },
            volumeMounts: [{ ...cloudConfig.mount, readOnly: true }],
            livenessProbe: livenessProbe(micProbePort),
            securityContext: { runAsUser: 0, readOnlyRootFilesystem: true },
          },
        ],
      },
    },
  },
});

/**
 * Standard mode: MIC and NMI with their rights, the definitions and MIC's own exception, in the order of creation.
 * `namespace` is `default` when absent; another one is made too.
 */
export const standardManifests = ({ namespace = standard.namespace }: { readonly namespace?: string } = {}): readonly Manifest[] => {
  const { nmi, mic } = standard;
  return [
    ...(namespace === standard.namespace ? [] : [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } }]),
    ...customResourceDefinitions(),
    ...nmiManifests({
      names: { ...nmi, namespace },
      labels: {},
      podLabels: {},
      args: [
        '--node=$(NODE_NAME)',
        `--MICNamespace=${namespace}`,
        `--http-probe-port=${String(nmiProbePort)}`,
        '--enableScaleFeatures=true',
        '--metadata-header-required=true',
      ],
      assigned: true,
    }),
    ...roleManifests({ ...mic, namespace }, micRules, {}),
    exceptionManifest({ name: standard.exception, namespace, podLabels: { ...micLabels } }, {}),
    deployment(namespace),
  ];
};
