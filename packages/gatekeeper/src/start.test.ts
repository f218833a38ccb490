import { createCertificateAuthority } from '@podpass/crypto';
import { createDialer, createWireClient } from '@podpass/http';
import { createClock, isObject, type JsonObject } from '@podpass/kernel';
import { KubeError } from '@podpass/kube-client';
import { silentTelemetry } from '@podpass/telemetry';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startGatekeeper } from './start.ts';
import { code, constraint, container, pod, review, template } from './testing/builders.ts';
import { createMemoryCluster, type MemoryCluster } from './testing/memory-cluster.ts';
import type { Gatekeeper, PolicyConstraint } from './types.ts';
import { names, paths } from './wire.ts';

const authority = createCertificateAuthority({ clock: createClock(), commonName: 'test', permittedDns: [], days: 1 });
const constraints = paths.constraints('k8spspcapabilities');
const ownTemplate = `${paths.templates}/k8spspcapabilities`;

let cluster: MemoryCluster;
let running: Gatekeeper | undefined;

const start = async (): Promise<Gatekeeper> => {
  const { certificate, privateKey } = await (await authority).issueServer({ dns: [names.host], ips: ['127.0.0.1'] });
  running = await startGatekeeper({
    client: cluster.client,
    certificate: { cert: certificate, key: privateKey, caBundle: (await authority).certificate },
    clock: createClock(),
    telemetry: silentTelemetry(),
    auditInterval: 50,
  });
  return running;
};

beforeEach(() => {
  cluster = createMemoryCluster();
});
afterEach(async () => {
  await running?.close();
  running = undefined;
});

/** Asks the webhook as the API server does, at the address that the cluster says. */
const ask = async (body: JsonObject): Promise<{ status: number; allowed: unknown; message: unknown }> => {
  const endpoints = cluster.objects.get(`/api/v1/namespaces/${names.namespace}/endpoints/${names.service}`);
  const [subset] = (endpoints?.['subsets'] ?? []) as { ports: { port: number }[] }[];
  const port = subset?.ports[0]?.port ?? 0;
  const telemetry = silentTelemetry();
  const wire = createWireClient({
    dialer: createDialer({ serves: () => true, listenerPort: port }),
    ca: (await authority).certificate,
    telemetry,
  });
  const answer = await wire.request({
    method: 'POST',
    url: `https://${names.host}${paths.admit}`,
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
  await wire.close();
  const parsed: unknown = answer.status === 200 ? JSON.parse(answer.body.toString('utf8')) : {};
  const response: unknown = isObject(parsed) ? parsed['response'] : undefined;
  const status = isObject(response) ? response['status'] : undefined;
  return {
    status: answer.status,
    allowed: isObject(response) ? response['allowed'] : undefined,
    message: isObject(status) ? status['message'] : undefined,
  };
};
const statusOf = (path: string): JsonObject => (cluster.objects.get(path)?.['status'] ?? {}) as JsonObject;
const bare = review(pod({ containers: [container('app')] }));

const policy = (change: Partial<PolicyConstraint> = {}): PolicyConstraint => ({
  kind: 'K8sAzureV2ContainerAllowedCapabilities',
  name: 'azurepolicy-1',
  parameters: { requiredDropCapabilities: ['NET_RAW'] },
  match: { excludedNamespaces: ['kube-system'], namespaces: [], labelSelector: {} },
  enforcementAction: 'deny',
  annotations: { 'azure-policy-assignment-id': '/a' },
  ...change,
});
const policyPath = `${paths.constraints('k8sazurev2containerallowedcapabilities')}/azurepolicy-1`;

beforeEach(async () => {
  await cluster.client.create(paths.namespaces, { kind: 'Namespace', metadata: { name: 'ns' } });
});

describe('what goes wrong', () => {
  it('stops the start when the cluster refuses', async () => {
    cluster.fail = (_, path) => (path.includes('customresourcedefinitions') ? new KubeError(403, 'Forbidden', 'not you') : undefined);
    await expect(start()).rejects.toThrow('not you');
  });

  it('leaves a template that got past the webhook without force, and says why', async () => {
    await cluster.client.create(paths.templates, template({ rego: 'package a' }));
    await start();
    await vi.waitFor(() => {
      expect(statusOf(ownTemplate)).toMatchObject({ created: false, byPod: [{ errors: [{ code: 'rego_not_supported' }] }] });
    });
    expect((await ask(bare)).allowed).toBe(true);
  });

  it('keeps the policy that was in force when a template breaks', async () => {
    await cluster.client.create(paths.templates, template());
    await cluster.client.create(constraints, constraint());
    await start();
    await cluster.client.patch(ownTemplate, { spec: { targets: [] } });
    await vi.waitFor(() => {
      expect(statusOf(ownTemplate)).toMatchObject({ created: false });
    });
    expect((await ask(bare)).allowed).toBe(false);
  });

  it('says so when the definition of a kind is refused, and lets the others work', async () => {
    cluster.fail = (_, path) =>
      path.endsWith('k8spspcapabilities.constraints.gatekeeper.sh') ? new KubeError(422, 'Invalid', 'not structural') : undefined;
    await cluster.client.create(paths.templates, template());
    const gatekeeper = await start();
    await gatekeeper.setPolicies([policy()]);
    expect(statusOf(ownTemplate)).toMatchObject({
      created: false,
      byPod: [{ errors: [{ code: 'create_error', message: 'not structural' }] }],
    });
    expect((await ask(bare)).allowed).toBe(false);
  });

  it('refuses policies of unknown kinds', async () => {
    await expect((await start()).setPolicies([policy({ kind: 'Other' })])).rejects.toThrow('no policy template for Other');
  });

  it('leaves the registration when it stops, so that nothing passes unseen', async () => {
    await (await start()).close();
    expect(cluster.objects.get(`${paths.configurations}/${names.configuration}`)).toMatchObject({ webhooks: [{ failurePolicy: 'Fail' }] });
    await expect(ask(bare)).rejects.toThrow(/connection/i);
  });
});

describe('gatekeeper in a cluster', () => {
  it('registers last, for everything outside the namespaces of the platform', async () => {
    await start();
    expect(cluster.writes.at(-1)).toBe(`create ${paths.configurations}/${names.configuration}`);
    expect(cluster.objects.get(`${paths.configurations}/${names.configuration}`)).toMatchObject({
      webhooks: [
        { name: names.webhook, namespaceSelector: { matchExpressions: [{ operator: 'NotIn', values: ['kube-system', names.namespace] }] } },
      ],
    });
  });

  it('enforces templates and constraints as they come, change and go', async () => {
    await start();
    expect((await ask(bare)).allowed).toBe(true);
    await cluster.client.create(paths.templates, template());
    await vi.waitFor(() => {
      expect(statusOf(ownTemplate)).toMatchObject({ created: true });
    });
    await cluster.client.create(constraints, constraint());
    await vi.waitFor(async () => {
      expect(await ask(bare)).toMatchObject({ allowed: false, message: '[prevent-net-raw] must drop: app' });
    });
    await cluster.client.patch(`${constraints}/prevent-net-raw`, { spec: { enforcementAction: 'dryrun' } });
    await vi.waitFor(async () => {
      expect((await ask(bare)).allowed).toBe(true);
    });
    await cluster.client.delete(ownTemplate);
    await vi.waitFor(() => {
      expect([...cluster.objects.keys()].filter((path) => path.includes('k8spspcapabilities'))).toEqual([]);
    });
  });

  it('puts a definition back that somebody deletes', async () => {
    await cluster.client.create(paths.templates, template());
    await start();
    const path = `${paths.definitions}/k8spspcapabilities.constraints.gatekeeper.sh`;
    await cluster.client.delete(path);
    await vi.waitFor(() => {
      expect(cluster.objects.has(path)).toBe(true);
    });
  });

  it('reports what exists already', async () => {
    await cluster.client.create('/api/v1/namespaces/ns/pods', pod({ containers: [container('app')] }, { name: 'old', namespace: 'ns' }));
    await cluster.client.create(
      '/api/v1/namespaces/ns/pods',
      pod({ containers: [container('app', ['ALL'])] }, { name: 'good', namespace: 'ns' }),
    );
    await cluster.client.create(
      paths.templates,
      template(code({ validations: [{ expression: 'object.spec.containers.all(c, has(c.securityContext))', message: 'no' }] })),
    );
    await cluster.client.create(constraints, constraint({ enforcementAction: 'dryrun' }));
    await start();
    await vi.waitFor(() => {
      expect(statusOf(`${constraints}/prevent-net-raw`)).toMatchObject({
        totalViolations: 1,
        violations: [{ enforcementAction: 'dryrun', kind: 'Pod', name: 'old', namespace: 'ns', message: 'no' }],
        byPod: [{ enforced: true }],
      });
    });
  });

  it('knows the constraints again after a restart, before it answers', async () => {
    await cluster.client.create(paths.templates, template());
    await cluster.client.create(constraints, constraint());
    await (await start()).close();
    await start();
    expect((await ask(bare)).allowed).toBe(false);
  });

  it('takes everything away again', async () => {
    const gatekeeper = await start();
    await cluster.client.create(paths.templates, template());
    await gatekeeper.setPolicies([policy()]);
    await gatekeeper.remove();
    expect([...cluster.objects.keys()].filter((path) => path.includes('gatekeeper') && !path.includes(`/${names.namespace}/`))).toEqual([]);
  });
});

describe('policies of Azure', () => {
  it('are in force when they are set, and gone when they are not', async () => {
    const gatekeeper = await start();
    await gatekeeper.setPolicies([policy()]);
    expect((await ask(bare)).message).toBe(
      '[azurepolicy-1] container <app> is not dropping all required capabilities. Container must drop all of ["NET_RAW"] or "ALL"',
    );
    expect(cluster.objects.get(policyPath)).toMatchObject({
      metadata: { labels: { 'managed-by': 'azure-policy-addon' }, annotations: { 'azure-policy-assignment-id': '/a' } },
    });
    await gatekeeper.setPolicies([policy({ enforcementAction: 'dryrun' })]);
    expect((await ask(bare)).allowed).toBe(true);
    await gatekeeper.setPolicies([policy({ name: 'azurepolicy-2' })]);
    expect(cluster.objects.has(policyPath)).toBe(false);
    expect((await ask(bare)).message).toMatch(/^\[azurepolicy-2\]/);
    await gatekeeper.setPolicies([]);
    expect((await ask(bare)).allowed).toBe(true);
    expect([...cluster.objects.keys()].filter((path) => path.includes('azure'))).toEqual([]);
  });

  it('are put back when somebody takes them away, and the registration with them', async () => {
    const gatekeeper = await start();
    await gatekeeper.setPolicies([policy()]);
    await cluster.client.delete(policyPath);
    await cluster.client.delete(`${paths.configurations}/${names.configuration}`);
    await vi.waitFor(() => {
      expect(cluster.objects.has(policyPath) && cluster.objects.has(`${paths.configurations}/${names.configuration}`)).toBe(true);
    }, 5_000);
  });
});
