import { readFile } from 'node:fs/promises';
import { CustomObjectsApi, KubeConfig, makeInformer } from '@kubernetes/client-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clientsAvailable } from '../platform/available.ts';
import { until } from '../platform/until.ts';
import { call, openEdge, readRunFile } from '../wire/azure.ts';
import type { Edge, RawAnswer } from '../wire/raw.ts';
import { backup, backupDefinition, backupSpec } from './definitions.ts';
import { clients, createKubectlWorld, must, mustFail, type Kubectl, type KubectlWorld } from './world.ts';

const [newest] = [...clients.keys()].toReversed();
const definitionsPath = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const group = 'hostile.example.com';

/** Definitions and objects that mean no good, as bytes on the wire; and a client that follows the good ones. */
describe.skipIf(!clientsAvailable || newest === undefined)('hostile custom resources', () => {
  let world: KubectlWorld;
  let kubectl: Kubectl;
  let edge: Edge;
  let clientCertificate: { cert: string; key: string };
  let pid: number;

  const send = (method: string, path: string, body?: object | string, contentType?: string): Promise<RawAnswer> =>
    call(edge, {
      method,
      host: world.fqdn,
      path,
      clientCertificate,
      ...(body === undefined ? {} : { body }),
      ...(contentType === undefined ? {} : { contentType }),
    });
  const define = (over: Parameters<typeof backupDefinition>[1] = {}) => send('POST', definitionsPath, backupDefinition(group, over));
  const withSpec = (spec: object) => ({ version: { schema: { openAPIV3Schema: { type: 'object', properties: { spec } } } } });
  /** Refused as a Status for a fault of the client, in an answer of a sensible size, by a server that goes on. */
  const expectRefused = async (answer: RawAnswer, part: string) => {
    expect(answer.body.slice(0, 2_000)).toContain(part);
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.status).toBeLessThan(500);
    expect(JSON.parse(answer.body)).toMatchObject({ kind: 'Status', status: 'Failure', code: answer.status });
    expect(answer.body.length).toBeLessThan(2_000_000);
    expect((await readRunFile(world.platform.data)).pid).toBe(pid);
    expect((await send('GET', '/livez')).status).toBe(200);
  };

  beforeAll(async () => {
    world = await createKubectlWorld();
    kubectl = world.client(newest ?? '1.35');
    edge = await openEdge(world.platform.data);
    ({ pid } = await readRunFile(world.platform.data));
    const text = await readFile(world.kubeconfig, 'utf8');
    const part = (name: string) => Buffer.from(new RegExp(`${name}: "?([A-Za-z0-9+/=]+)`).exec(text)?.[1] ?? '', 'base64').toString('utf8');
    clientCertificate = { cert: part('client-certificate-data'), key: part('client-key-data') };
  });
  afterAll(async () => {
    await world?.[Symbol.asyncDispose]();
  });

  const nested = (depth: number): object => (depth === 0 ? { type: 'string' } : { type: 'object', properties: { a: nested(depth - 1) } });

  it.each<[string, () => Parameters<typeof backupDefinition>[1], string]>([
    ['nested too deeply', () => withSpec(nested(60)), 'max depth'],
    [
      'with patterns that repeat nothing, for ever',
      () => withSpec({ type: 'object', properties: { a: { type: 'string', pattern: '((((a{0}){1000}){1000}){1000}){1000}b{2,1}' } } }),
      'must be a valid regular expression',
    ],
    [
      'with a pattern that look-arounds',
      () => withSpec({ type: 'object', properties: { a: { type: 'string', pattern: '(?=a)b' } } }),
      'must be a valid regular expression',
    ],
    [
      'with a pattern that explodes',
      () => withSpec({ type: 'object', properties: { a: { type: 'string', pattern: '((a{1000}){1000}){1000}' } } }),
      'must be a valid regular expression',
    ],
    [
      'with a rule that nobody would evaluate',
      () => withSpec({ ...backupSpec, 'x-kubernetes-validations': [{ rule: 'true' }] }),
      'CEL validation rules are not supported',
    ],
    [
      'with a default that its schema refuses',
      () => withSpec({ type: 'object', properties: { a: { type: 'integer', default: 'x' } } }),
      'must be of type integer',
    ],
    ['with a reference', () => withSpec({ $ref: 'https://evil.example/' }), '$ref is not supported'],
    [
      'with a hundred versions',
      () => ({
        spec: {
          versions: Array.from({ length: 100 }, (_v, index) => ({
            name: `v${String(index + 1)}`,
            served: true,
            storage: index === 0,
            schema: { openAPIV3Schema: { type: 'object' } },
          })),
        },
      }),
      'spec.versions',
    ],
    [
      'with an unknown conversion',
      () => ({ spec: { conversion: { strategy: 'Magic' } } }),
      'Unsupported value: \\"Magic\\": supported values: \\"None\\", \\"Webhook\\"',
    ],
    [
      'with a conversion that this server has not',
      () => ({
        spec: {
          conversion: {
            strategy: 'Webhook',
            webhook: { conversionReviewVersions: ['v1'], clientConfig: { url: 'https://evil.example/' } },
          },
        },
      }),
      'conversion webhooks are not supported',
    ],
    [
      'with another name than its own',
      () => ({ names: { plural: 'others' }, spec: { group: 'example.net' } }),
      'must be spec.names.plural',
    ],
  ])('a definition %s is refused', async (_what, over, part) => {
    await expectRefused(await define(over()), part);
  });

  it.each(['apps', 'rbac.authorization.k8s.io', 'apiextensions.k8s.io', 'core', 'v1'])(
    'the group %s belongs to nobody else',
    async (name) => {
      const names = { plural: 'clusterroles', singular: 'clusterrole', kind: 'ClusterRole', listKind: 'ClusterRoleList' };
      await expectRefused(await send('POST', definitionsPath, backupDefinition(name, { names })), 'spec.group');
    },
  );

  it('a schema of two megabytes is served or refused, and the server lives', async () => {
    const properties = Object.fromEntries(
      Array.from({ length: 30_000 }, (_value, index) => [`p${String(index)}`, { type: 'string', description: 'x'.repeat(30) }]),
    );
    await expectRefused(await define(withSpec({ type: 'object', properties })), 'the schema is too large');
  });

  it('a kind that is taken in the group is not given twice', async () => {
    expect((await define()).status).toBe(201);
    const second = { names: { plural: 'copies', singular: 'copy', shortNames: ['cp'] } };
    expect((await define(second)).status).toBe(201);
    const conditions = JSON.parse((await send('GET', `${definitionsPath}/copies.${group}`)).body) as { status: { conditions: object[] } };
    expect(conditions.status.conditions).toContainEqual(expect.objectContaining({ type: 'NamesAccepted', status: 'False' }));
    expect((await send('GET', `/apis/${group}/v1/copies`)).status).toBe(404);
    // It may have the names once they are free.
    expect((await send('DELETE', `${definitionsPath}/backups.${group}`)).status).toBe(200);
    await expect.poll(async () => (await send('GET', `/apis/${group}/v1/copies`)).status, { timeout: 10_000 }).toBe(200);
    await send('DELETE', `${definitionsPath}/copies.${group}`);
  });

  it('kinds and plurals of built-in resources in another group give nobody a right', async () => {
    const names = {
      plural: 'clusterrolebindings',
      singular: 'clusterrolebinding',
      kind: 'ClusterRoleBinding',
      listKind: 'ClusterRoleBindingList',
      shortNames: [],
    };
    expect(
      (await define({ names, spec: { scope: 'Cluster' }, ...withSpec({ type: 'object', 'x-kubernetes-preserve-unknown-fields': true }) }))
        .status,
    ).toBe(201);
    const path = `/apis/${group}/v1/clusterrolebindings`;
    const body = {
      apiVersion: `${group}/v1`,
      kind: 'ClusterRoleBinding',
      metadata: { name: 'mine' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
      subjects: [{ kind: 'ServiceAccount', name: 'default', namespace: 'default' }],
    };
    expect((await send('POST', path, body)).status).toBe(201);
    const can = await kubectl('auth', 'can-i', '*', '*', '--as', 'system:serviceaccount:default:default');
    expect(can.stdout.trim()).toBe('no');
    expect(await must(kubectl('get', 'clusterrolebindings.rbac.authorization.k8s.io', '-o', 'name'))).not.toContain('/mine');
    expect(await mustFail(kubectl('get', 'clusterrolebinding.rbac.authorization.k8s.io', 'mine'))).toContain('not found');
    await send('DELETE', `${definitionsPath}/clusterrolebindings.${group}`);
  });

  it('a right in one namespace reaches no other, and nothing of the cluster', async () => {
    expect((await define()).status).toBe(201);
    await must(kubectl('create', 'namespace', 'tenant'));
    await must(kubectl('create', 'role', 'backups', '-n', 'tenant', '--verb=*', `--resource=backups.${group}`));
    await must(kubectl('create', 'rolebinding', 'backups', '-n', 'tenant', '--role=backups', '--serviceaccount=tenant:default'));
    const token = await must(kubectl('create', 'token', 'default', '-n', 'tenant'));
    const as = (method: string, path: string, body?: object) =>
      call(edge, { method, host: world.fqdn, path, bearer: token, ...(body === undefined ? {} : { body }) });
    const base = `/apis/${group}/v1`;
    const mine = `${base}/namespaces/tenant/backups`;
    expect((await as('POST', mine, backup(group, 'own', { schedule: '@daily' }, { namespace: 'tenant' }))).status).toBe(201);
    for (const [method, path] of [
      ['GET', `${base}/backups`],
      ['GET', `${base}/namespaces/default/backups`],
      ['DELETE', `${base}/namespaces/default/backups`],
      ['GET', `${mine}/own/status`],
      ['PATCH', `${mine}/own/status`],
      ['GET', `${base}/backups/own`],
      ['GET', `${base}/namespaces/tenant%2F..%2Fdefault/backups`],
      ['POST', definitionsPath],
    ] as const) {
      const answer = await as(method, path);
      expect([400, 403], `${method} ${path}: ${answer.body}`).toContain(answer.status);
    }
    const elsewhere = await as('POST', mine, backup(group, 'other', { schedule: '@daily' }, { namespace: 'default' }));
    expect(elsewhere.status).toBe(400);
    await send('DELETE', `${definitionsPath}/backups.${group}`);
  });

  it('objects that mean no good are refused', async () => {
    await until(
      () => define(),
      ({ status }) => status === 201,
      10,
    );
    const path = `/apis/${group}/v1/namespaces/default/backups`;
    let deep = '1';
    for (let level = 0; level < 5_000; level += 1) deep = `{"a":${deep}}`;
    const head = `"apiVersion":"${group}/v1","kind":"Backup"`;
    await expectRefused(await send('POST', path, `{${head},"metadata":{"name":"a"},"spec":${deep}}`), 'nested too deeply');
    await expectRefused(await send('POST', path, `{${head},"metadata":{"name":"A_B"},"spec":{"schedule":"@daily"}}`), 'metadata.name');
    await expectRefused(
      await send('POST', path, `{${head},"metadata":{"name":"a"},"spec":{"schedule":"@daily","__proto__":{"keep":1}}}&`),
      'not valid JSON',
    );
    await expectRefused(
      await send('POST', path, Buffer.alloc(20, 1).toString('latin1'), 'application/vnd.kubernetes.protobuf'),
      'UnsupportedMediaType',
    );
    const proto = await send('POST', path, `{${head},"metadata":{"name":"proto"},"spec":{"schedule":"@daily","__proto__":{"keep":1}}}`);
    expect(proto.status).toBe(201);
    expect(JSON.parse(proto.body)).toMatchObject({ spec: { schedule: '@daily', keep: 7 } });
    const name = 'n'.repeat(900_000);
    const amplified = await send(
      'POST',
      `${path}?fieldValidation=Strict`,
      `{${head},"metadata":{"name":"b"},"spec":{"schedule":"@daily","${name}":1,"${name}2":1}}`,
    );
    await expectRefused(amplified, 'strict decoding error');
    expect(amplified.body.length).toBeLessThan(20_000);
  });

  it('the Node client’s informer follows objects, beyond the end of their definition', async () => {
    const config = new KubeConfig();
    config.loadFromFile(world.kubeconfig);
    const [cluster] = config.clusters;
    const proxyUrl = world.platform.env['HTTPS_PROXY'];
    config.clusters = cluster === undefined || proxyUrl === undefined ? config.clusters : [{ ...cluster, proxyUrl }];
    const api = config.makeApiClient(CustomObjectsApi);
    interface Backup {
      apiVersion?: string;
      kind?: string;
      metadata?: { name?: string };
      spec?: { keep?: number };
    }
    const path = `/apis/${group}/v1/namespaces/default/backups`;
    const list = () =>
      api.listNamespacedCustomObject({ group, version: 'v1', namespace: 'default', plural: 'backups' }) as Promise<{ items: Backup[] }>;
    const informer = makeInformer<Backup>(config, path, list);
    const seen: string[] = [];
    for (const verb of ['add', 'update', 'delete'] as const)
      informer.on(verb, ({ metadata, spec }) => seen.push(`${verb} ${metadata?.name ?? ''} ${String(spec?.keep)}`));
    informer.on('error', () => seen.push('error'));
    try {
      await informer.start();
      await send('POST', path, backup(group, 'followed'));
      await expect.poll(() => seen, { timeout: 10_000 }).toContain('add followed 7');
      await send('PATCH', `${path}/followed`, { spec: { keep: 8 } }, 'application/merge-patch+json');
      await expect.poll(() => seen, { timeout: 10_000 }).toContain('update followed 8');
      await send('DELETE', `${definitionsPath}/backups.${group}`);
      await expect.poll(() => seen, { timeout: 15_000 }).toContain('delete followed 8');
      expect((await send('GET', path)).status).toBe(404);
    } finally {
      await informer.stop();
    }
  });
});
