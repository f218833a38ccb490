import { scriptedWire } from '@podpass/kube-client/testing';
import { describe, expect, it } from 'vitest';
import { installWebhook, uninstallWebhook } from './install.ts';
import { webhookManifests, type Manifest } from './manifests.ts';

const options = { caBundle: 'PEM', port: 9443 };
const byKind = (manifests: Manifest[], kind: string): Manifest | undefined => manifests.find((manifest) => manifest.kind === kind);

describe('the manifests', () => {
  it('configure the webhook as upstream does', () => {
    expect(byKind(webhookManifests(options), 'MutatingWebhookConfiguration')).toEqual({
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'MutatingWebhookConfiguration',
      metadata: { name: 'azure-wi-webhook-mutating-webhook-configuration', labels: { 'azure-workload-identity.io/system': 'true' } },
      webhooks: [
        {
          name: 'mutation.azure-workload-identity.io',
          admissionReviewVersions: ['v1', 'v1beta1'],
          clientConfig: {
            service: {
              name: 'azure-wi-webhook-webhook-service',
              namespace: 'azure-workload-identity-system',
              path: '/mutate-v1-pod',
              port: 443,
            },
            caBundle: Buffer.from('PEM').toString('base64'),
          },
          failurePolicy: 'Fail',
          matchPolicy: 'Equivalent',
          objectSelector: { matchLabels: { 'azure.workload.identity/use': 'true' } },
          reinvocationPolicy: 'IfNeeded',
          rules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] }],
          sideEffects: 'None',
        },
      ],
    });
  });

  it('grant no more than service accounts and its own configuration', () => {
    expect(byKind(webhookManifests(options), 'ClusterRole')?.['rules']).toEqual([
      { apiGroups: [''], resources: ['serviceaccounts'], verbs: ['get', 'list', 'watch'] },
      {
        apiGroups: ['admissionregistration.k8s.io'],
        resources: ['mutatingwebhookconfigurations'],
        verbs: ['get', 'list', 'update', 'watch'],
      },
    ]);
  });

  it('end with the configuration, and leave out what does not apply', () => {
    const kinds = (more: object) => webhookManifests({ ...options, ...more }).map((manifest) => manifest.kind);
    expect(kinds({ addresses: ['10.0.0.1'] })).toEqual([
      'Namespace',
      'ServiceAccount',
      'ClusterRole',
      'ClusterRoleBinding',
      'Service',
      'Endpoints',
      'MutatingWebhookConfiguration',
    ]);
    expect(kinds({ namespace: 'kube-system' })).not.toContain('Namespace');
    expect(kinds({})).not.toContain('Endpoints');
    expect(kinds({ url: 'https://host:1/mutate-v1-pod' })).not.toContain('Service');
  });
});

/** A small API server: objects by path, with revisions. */
const createServer = () => {
  const objects = new Map<string, Record<string, unknown>>();
  let conflicts = 0;
  const conflicted = new Map<string, number>();
  let refuse: string | undefined;
  const fake = scriptedWire({
    reply: ({ method, path, body }) => {
      const given = body as { metadata: { name: string; resourceVersion?: string } };
      if (refuse !== undefined && path.includes(refuse)) return { status: 403, body: { message: 'not yours' } };
      if (method === 'POST') {
        if (objects.has(`${path}/${given.metadata.name}`)) return { status: 409, body: { reason: 'AlreadyExists' } };
        const stored = {
          ...given,
          metadata: { ...given.metadata, resourceVersion: '1' },
          ...(path.endsWith('/services') ? { spec: { clusterIP: '10.0.0.7' } } : {}),
        };
        objects.set(`${path}/${given.metadata.name}`, stored);
        return { status: 201, body: stored };
      }
      const present = objects.get(path);
      if (present === undefined) return { status: 404, body: {} };
      if (method === 'GET') return { status: 200, body: present };
      if (method === 'DELETE') {
        objects.delete(path);
        return { status: 200, body: {} };
      }
      const before = conflicted.get(path) ?? 0;
      if (before < conflicts) {
        conflicted.set(path, before + 1);
        return { status: 409, body: {} };
      }
      objects.set(path, given);
      return { status: 200, body: given };
    },
  });
  const connection = { wire: fake.wire, apiServer: 'https://api.test', credential: { token: async () => 't' } };
  return {
    ...fake,
    objects,
    connection,
    /** Lets the next updates of each object conflict this often. */
    conflictNext: (times: number) => {
      conflicts = times;
      conflicted.clear();
    },
    refuse: (part: string) => {
      refuse = part;
    },
  };
};

describe('installation', () => {
  it('stops with the words of the API server', async () => {
    const server = createServer();
    server.refuse('clusterroles');
    await expect(installWebhook({ ...server.connection, ...options })).rejects.toMatchObject({
      code: 'unavailable',
      message: 'applying ClusterRole azure-wi-webhook-manager-role failed with status 403: not yours',
    });
    expect([...server.objects.keys()].some((path) => path.includes('mutatingwebhook'))).toBe(false);
  });

  it('gives up when others keep changing an object', async () => {
    const server = createServer();
    await installWebhook({ ...server.connection, ...options });
    server.conflictNext(5);
    await expect(installWebhook({ ...server.connection, ...options })).rejects.toMatchObject({ code: 'conflict' });
  });

  it('creates, then updates upon the present revision, and keeps the address of the service', async () => {
    const server = createServer();
    await installWebhook({ ...server.connection, ...options });
    server.conflictNext(2);
    await installWebhook({ ...server.connection, ...options, port: 9444 });
    const base = '/api/v1/namespaces/azure-workload-identity-system';
    expect(server.objects.get(`${base}/services/azure-wi-webhook-webhook-service`)).toMatchObject({
      metadata: { resourceVersion: '1' },
      spec: { clusterIP: '10.0.0.7', ports: [{ targetPort: 9444 }] },
    });
    expect(
      server.seen.filter((request) => request.method === 'PUT' && request.path.includes('/namespaces/azure-workload-identity-system?')),
    ).toEqual([]);
  });

  it('is undone, the configuration first, and undone twice without harm', async () => {
    const server = createServer();
    await installWebhook({ ...server.connection, ...options });
    await uninstallWebhook({ ...server.connection, ...options });
    expect([...server.objects.keys()]).toEqual(['/api/v1/namespaces/azure-workload-identity-system']);
    const [first] = server.seen.filter((request) => request.method === 'DELETE');
    expect(first?.path).toContain('mutatingwebhookconfigurations');
    await uninstallWebhook({ ...server.connection, ...options });
  });
});
