import { ask, home, metadataAddress, selector, tokenPath, type PodOptions, type Scene, type Step } from './scene.ts';

/** A pod of a certain shape, what it asks for, and how each of its requests is refused. */
export interface Shape {
  readonly pod: Omit<PodOptions, 'args'>;
  readonly steps: (known: Pick<Scene, 'identity'> & { readonly kubeletClientId: string }) => readonly Omit<Step, 'name'>[];
  readonly status: number;
  readonly says: RegExp;
  readonly reason: string;
}

const asking = (target: string, headers?: Readonly<Record<string, string>>): Omit<Step, 'name'> => ({
  to: [metadataAddress, 80],
  send: ask(target, headers === undefined ? {} : { headers }),
});
const tokens: Shape['steps'] = ({ identity, kubeletClientId }) => [
  asking(tokenPath),
  asking(`${tokenPath}&client_id=${identity.clientId}`),
  asking(`${tokenPath}&msi_res_id=${encodeURIComponent(identity.id)}`),
  asking(`${tokenPath}&client_id=${kubeletClientId}`),
];
const unbound = { steps: tokens, status: 404, says: /no azure identity found/, reason: 'no-identity' } as const;
const forHost: Shape['steps'] = () => [asking('/host/token?resource=r', { podns: home, podname: 'victim' })];
const hostNetwork = { hostNetwork: true };
/** The exception of kube-system that every cluster has. */
const systemException = { 'kubernetes.azure.com/managedby': 'aks' };
export const ownException = { 'free-of': 'nmi' };

export const shapes: Readonly<Record<string, Shape>> = {
  'a label in another case': { pod: { labels: { aadpodidbinding: selector.toUpperCase() } }, ...unbound },
  'a label whose name is in another case': { pod: { labels: { AADPodIdBinding: selector } }, ...unbound },
  'a label that only begins alike': { pod: { labels: { aadpodidbinding: `${selector}.x` } }, ...unbound },
  'an empty label': { pod: { labels: { aadpodidbinding: '' } }, ...unbound },
  'the label in another namespace': { pod: { namespace: 'evil', labels: { aadpodidbinding: selector } }, ...unbound },
  'labels of another namespace’s exception': { pod: { labels: systemException }, ...unbound },
  'labels of an exception whose name is in another case': { pod: { labels: { 'Free-Of': 'nmi' } }, ...unbound },
  'the host network, without exception': {
    pod: { labels: { aadpodidbinding: selector }, spec: hostNetwork },
    steps: tokens,
    status: 403,
    says: /host network/,
    reason: 'host-network',
  },
  'the host network, with the exception of another namespace': {
    pod: { labels: systemException, spec: hostNetwork },
    steps: tokens,
    status: 403,
    says: /host network/,
    reason: 'host-network',
  },
  '/host/token in the host network': {
    pod: { spec: hostNetwork },
    steps: forHost,
    status: 500,
    says: /not from a host/,
    reason: 'not-from-host',
  },
  '/host/token in the host network, excepted, outside the system’s namespaces': {
    pod: { labels: ownException, spec: hostNetwork },
    steps: forHost,
    status: 500,
    says: /not from a host/,
    reason: 'not-from-host',
  },
  'all capabilities that a pod can have': {
    pod: { securityContext: { capabilities: { add: ['NET_ADMIN', 'NET_RAW', 'NET_BROADCAST'] } } },
    ...unbound,
  },
};

const apiVersion = 'aadpodidentity.k8s.io/v1';
const custom = (namespace: string, plural: string, kind: string, spec: object) => ({
  path: `/apis/${apiVersion}/namespaces/${namespace}/${plural}`,
  object: { apiVersion, kind, metadata: { name: 'mine', namespace }, spec },
});

/** Objects by which a pod could bind an identity to itself. */
export const bindingObjects = ({ id, clientId }: Scene['identity'], namespace: string) =>
  ({
    AzureIdentity: custom(namespace, 'azureidentities', 'AzureIdentity', { type: 0, resourceID: id, clientID: clientId }),
    AzureIdentityBinding: custom(namespace, 'azureidentitybindings', 'AzureIdentityBinding', { azureIdentity: selector, selector: 'mine' }),
    AzureAssignedIdentity: custom(namespace, 'azureassignedidentities', 'AzureAssignedIdentity', {
      pod: 'writer',
      podNamespace: namespace,
      azureIdentityRef: {
        apiVersion,
        kind: 'AzureIdentity',
        metadata: { name: selector, namespace: home },
        spec: { type: 0, resourceID: id, clientID: clientId },
      },
      azureBindingRef: {
        apiVersion,
        kind: 'AzureIdentityBinding',
        metadata: { name: `${selector}-binding`, namespace: home },
        spec: { azureIdentity: selector, selector },
      },
    }),
    AzurePodIdentityException: custom(namespace, 'azurepodidentityexceptions', 'AzurePodIdentityException', { podLabels: { app: 'mine' } }),
  }) as const;

/** A request to the API server under the pod's own service account. */
export const toApi = (method: string, path: string, object: object): Omit<Step, 'name'> => ({
  to: ['{api}', 443],
  tls: '{api}',
  send: ask(path, {
    method,
    host: '{api}',
    headers: {
      Authorization: 'Bearer {token}',
      'Content-Type': method === 'PATCH' ? 'application/merge-patch+json' : 'application/json',
    },
  }).slice(0, -2),
  body: JSON.stringify(object),
});
