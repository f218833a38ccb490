import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clientsAvailable } from '../platform/available.ts';
import { said } from '../platform/platform.ts';
import { armHost, askToken, azureCli, call, ok } from '../wire/azure.ts';
import { askMetadata, tokenAsk, tokenPath, type MetadataAsk } from './run-script.ts';
import { clusterVersion, createPodIdentityWorld, entryOf, type Identity, type PodIdentityWorld, type TestCluster } from './world.ts';

const computeVersion = 'api-version=2024-07-01';
const featureVersion = 'api-version=2021-07-01';
const long = (length: number) => 'a'.repeat(length);

/** What no request may be answered with: faults of the server, its inside, or something that is no error of the surface. */
const expectRefusal = (answer: { status: number; body: string }, about: string): { code: string; message: string } => {
  expect(answer.status, `${about}: ${answer.body}`).toBeGreaterThanOrEqual(400);
  expect(answer.status, `${about}: ${answer.body}`).toBeLessThan(500);
  expect(answer.body).not.toMatch(/\bat .+:\d+:\d+|node_modules|TypeError/);
  const parsed = JSON.parse(answer.body) as { error?: { code: string; message: string } };
  expect(parsed.error, about).toMatchObject({
    code: expect.stringMatching(/^\w+$/) as unknown,
    message: expect.stringMatching(/./) as unknown,
  });
  return parsed.error as { code: string; message: string };
};

const matching = (pattern: RegExp): unknown => expect.stringMatching(pattern);
const textOrPattern = (body: string | RegExp): unknown => (typeof body === 'string' ? body : matching(body));

describe.skipIf(!clientsAvailable)('bad input of pod identity', () => {
  let world: PodIdentityWorld;
  let cluster: TestCluster;
  let identity: Identity;
  /** Resource id of an identity in another tenant. */
  let foreign: string;
  let setId: string;

  beforeAll(async () => {
    world = await createPodIdentityWorld('bad-input');
    cluster = await world.createCluster('bad');
    identity = await world.createIdentity('good');
    await world.bind(cluster, identity, { name: 'good', namespace: 'default' });
    const sets = `/subscriptions/${world.subscriptionId}/resourceGroups/${cluster.nodeGroup}/providers/Microsoft.Compute/virtualMachineScaleSets`;
    const listed = ok(await world.arm.send('GET', `${sets}?${computeVersion}`))['value'] as { id: string }[];
    setId = listed[0]?.id ?? '';
    foreign = await identityElsewhere();
  });
  afterAll(() => world?.[Symbol.asyncDispose]());

  const identityElsewhere = async (): Promise<string> => {
    const { platform, edge } = world;
    const made = await platform.podpass('tenant', 'create', 'Fabrikam', '--domain', 'fabrikam.onmicrosoft.com', '--output', 'json');
    if (made.code !== 0) throw new Error(said(made));
    const tenant = JSON.parse(made.stdout) as Record<'tenantId' | 'subscriptionId' | 'userPrincipalName' | 'password', string>;
    const signedIn = await askToken(edge, tenant.tenantId, {
      grant_type: 'password',
      client_id: azureCli,
      username: tenant.userPrincipalName,
      password: tenant.password,
      scope: `https://${armHost}/.default openid`,
    });
    const bearer = String(ok(signedIn)['access_token']);
    const put = (path: string, body: object) => call(edge, { method: 'PUT', host: armHost, path, bearer, body });
    const group = `/subscriptions/${tenant.subscriptionId}/resourceGroups/theirs`;
    ok(await put(`${group}?api-version=2024-11-01`, { location: 'westeurope' }));
    const id = `${group}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/theirs`;
    return String(ok(await put(`${id}?api-version=2023-01-31`, { location: 'westeurope' }))['id']);
  };
  const setNow = async () => ok(await world.arm.send('GET', `${setId}?${computeVersion}`));
  const good = () => entryOf(identity, { name: 'good', namespace: 'default' });

  describe('in a cluster’s profile', () => {
    const entry = (more: object) => ({ enabled: true, userAssignedIdentities: [{ ...good(), name: 'second', ...more }] });
    const exception = (more: object) => ({
      enabled: true,
      userAssignedIdentityExceptions: [{ name: 'free', namespace: 'default', podLabels: { a: 'b' }, ...more }],
    });
    const cases: readonly (readonly [string, () => unknown])[] = [
      ['a text', () => 'on'],
      ['a number', () => 5],
      ['a list', () => []],
      ['enabled as a text', () => ({ enabled: 'true' })],
      ['enabled as a number', () => ({ enabled: 1 })],
      ['the allowance as a text', () => ({ enabled: true, allowNetworkPluginKubenet: 'no' })],
      ['identities as an object', () => ({ enabled: true, userAssignedIdentities: { a: good() } })],
      ['identities as a text', () => ({ enabled: true, userAssignedIdentities: 'x' })],
      ...[null, 5, 'x', [], {}, true].map(
        (each) => [`the entry ${JSON.stringify(each)}`, () => ({ enabled: true, userAssignedIdentities: [good(), each] })] as const,
      ),
      ['a name that is a number', () => entry({ name: 5 })],
      ['a name that is an object', () => entry({ name: {} })],
      ['no namespace', () => entry({ namespace: null })],
      ['a namespace that is a list', () => entry({ namespace: ['default'] })],
      ['a selector that is an object', () => entry({ bindingSelector: { a: 'b' } })],
      ['no identity', () => entry({ identity: null })],
      ['an identity that is a text', () => entry({ identity: identity.id })],
      ['an identity without an id', () => entry({ identity: { clientId: identity.clientId } })],
      ['an id that is a number', () => entry({ identity: { resourceId: 5 } })],
      ['an id without an end', () => entry({ identity: { resourceId: long(100_000) } })],
      ['an id that climbs', () => entry({ identity: { resourceId: `${identity.id}/../good` } })],
      ['an id of another tenant', () => entry({ identity: { resourceId: foreign } })],
      [
        'an id of no subscription',
        () => entry({ identity: { resourceId: identity.id.replace(world.subscriptionId, crypto.randomUUID()) } }),
      ],
      ['a list of 20,000', () => ({ enabled: true, userAssignedIdentities: Array.from({ length: 20_000 }, () => good()) })],
      ['a list of 20,000 exceptions', () => ({ enabled: true, userAssignedIdentityExceptions: Array.from({ length: 20_000 }, () => 1) })],
      ['labels as a text', () => exception({ podLabels: 'a=b' })],
      ['labels as a list', () => exception({ podLabels: ['a'] })],
      ['a label that is a number', () => exception({ podLabels: { a: 5 } })],
      ['a label that is null', () => exception({ podLabels: { a: null } })],
      ['a label with a bad key', () => exception({ podLabels: { 'a b': 'c' } })],
      ['a label with a bad value', () => exception({ podLabels: { a: 'b c' } })],
      ['too many labels', () => exception({ podLabels: Object.fromEntries(Array.from({ length: 101 }, (_, at) => [`l${at}`, 'x'])) })],
      ['lists of an add-on that is not on', () => ({ userAssignedIdentities: [good()] })],
    ];

    it('is refused, every bit of it, and nothing has changed by then', async () => {
      const before = await cluster.read();
      const url = `${cluster.id}?api-version=${clusterVersion}`;
      for (const [what, profile] of cases) {
        const body = { ...before, properties: { ...before.properties, podIdentityProfile: profile() } };
        const { code } = expectRefusal(await world.arm.send('PUT', url, body), what);
        expect(['InvalidParameter', 'ResourceNotFound', 'RequestContentTooLarge'], what).toContain(code);
      }
      expect(await cluster.read()).toEqual(before);
      const own = await cluster.kubectl('get', 'azureidentity,azureidentitybinding,azurepodidentityexception', '-A', '-o', 'name');
      expect(own.stdout.trim().split('\n')).toHaveLength(3);
    });

    it('that is unknown is passed over, and never stored', async () => {
      await cluster.writeProfile((profile) => ({ ...profile, surprise: { a: 1 }, constructor: 'x', toString: 5 }));
      expect(JSON.stringify(await cluster.read())).not.toMatch(/surprise|constructor|toString/);
    });

    it('in a body that is no JSON, or none at all', async () => {
      const url = `${cluster.id}?api-version=${clusterVersion}`;
      const send = (body: string) => call(world.edge, { method: 'PUT', host: armHost, path: url, bearer: world.arm.bearer, body });
      for (const body of ['', '{', 'null', '[]', '"x"', '{"properties":null}', `${'['.repeat(5000)}${']'.repeat(5000)}`])
        expectRefusal(await send(body), body.slice(0, 20));
    });

    it('az rest shows the same words', async () => {
      const signedIn = await world.platform.podpass('login');
      expect(signedIn.code, said(signedIn)).toBe(0);
      const url = `https://${armHost}${cluster.id}?api-version=${clusterVersion}`;
      const before = await cluster.read();
      const body = JSON.stringify({ ...before, properties: { ...before.properties, podIdentityProfile: { enabled: 'yes' } } });
      const result = await world.platform.az('rest', '--method', 'put', '--url', url, '--body', body);
      expect(result.code).toBe(1);
      expect(result.stderr).toContain('InvalidParameter');
      expect(result.stderr).toContain("'properties.podIdentityProfile.enabled' must be true or false");
    });
  });

  describe('to a scale set', () => {
    const ids = (map: unknown) => ({ identity: { type: 'UserAssigned', userAssignedIdentities: map } });
    const cases: readonly (readonly [string, () => unknown])[] = [
      ['a list', () => []],
      ['an unknown member', () => ({ surprise: 1 })],
      ['an identity that is a text', () => ({ identity: 'UserAssigned' })],
      ['an identity without a type', () => ({ identity: { userAssignedIdentities: {} } })],
      ['a type that is none', () => ({ identity: { type: 'Everything' } })],
      ['a type that is a number', () => ({ identity: { type: 1 } })],
      ['identities as a list', () => ids([identity.id])],
      ['a value that is a text', () => ids({ [identity.id]: 'yes' })],
      ['a value with made-up ids', () => ids({ [identity.id]: { clientId: crypto.randomUUID() } })],
      ['an id that is none', () => ids({ x: {} })],
      ['an id of a cluster', () => ids({ [cluster.id]: {} })],
      ['an id that is not there', () => ids({ [`${identity.id}x`]: {} })],
      ['an id of another tenant', () => ids({ [foreign]: {} })],
      ['too many ids', () => ids(Object.fromEntries(Array.from({ length: 1001 }, (_, at) => [`${identity.id}${at}`, {}])))],
      ['none with ids', () => ({ identity: { type: 'None', userAssignedIdentities: { [identity.id]: {} } } })],
      ['tags as a text', () => ({ tags: 'a=b' })],
      ['a tag that is an object', () => ({ tags: { a: {} } })],
      ['another size', () => ({ sku: { name: 'Standard_M416ms_v2', capacity: 1 } })],
      ['more machines', () => ({ sku: { capacity: 1000 } })],
      ['another image', () => ({ properties: { virtualMachineProfile: { storageProfile: { imageReference: { id: 'x' } } } } })],
      ['another place', () => ({ location: 'eastus' })],
    ];

    it.each(['PATCH', 'PUT'])('%s is refused, and nothing has changed by then', async (method) => {
      const before = await setNow();
      for (const [what, body] of cases)
        expectRefusal(await world.arm.send(method, `${setId}?${computeVersion}`, body() as object), `${method} ${what}`);
      expect(await setNow()).toEqual(before);
    });

    it('in the path, and by methods that are not there', async () => {
      for (const target of [
        `${setId}x`,
        `${setId}/virtualMachines/99`,
        `${setId}/virtualMachines/x`,
        `${setId}/virtualMachines/99/instanceView`,
      ])
        expectRefusal(await world.arm.send('GET', `${target}?${computeVersion}`), target);
      for (const version of ['', '?api-version=', '?api-version=x', '?api-version=2017-03-30'])
        expectRefusal(await world.arm.send('GET', `${setId}${version}`), version);
      for (const [method, target] of [
        ['POST', setId],
        ['DELETE', `${setId}/virtualMachines/0`],
        ['POST', `${setId}/virtualMachines/0/restart`],
        ['PUT', setId.replace('virtualMachineScaleSets', 'virtualMachines')],
      ] as const)
        expectRefusal(await world.arm.send(method, `${target}?${computeVersion}`, {}), `${method} ${target}`);
    });
  });

  it('of features and providers is refused', async () => {
    const at = `/subscriptions/${world.subscriptionId}/providers/Microsoft.Features`;
    const feature = `${at}/providers/Microsoft.ContainerService/features`;
    for (const name of ['none', '%00', '..%2F..%2Fproviders', long(4000), 'EnablePodIdentityPreview%20', '__proto__', 'constructor'])
      for (const [method, end] of [
        ['GET', ''],
        ['POST', '/register'],
        ['POST', '/unregister'],
      ] as const)
        expectRefusal(await world.arm.send(method, `${feature}/${name}${end}?${featureVersion}`), `${method} ${name.slice(0, 30)}${end}`);
    for (const namespace of ['none', '__proto__', 'Microsoft.ContainerService%2F'])
      expectRefusal(
        await world.arm.send('POST', `${at}/providers/${namespace}/features/EnablePodIdentityPreview/register?${featureVersion}`),
        namespace,
      );
    for (const [method, target] of [
      ['PUT', `${feature}/EnablePodIdentityPreview?${featureVersion}`],
      ['POST', `${feature}/EnablePodIdentityPreview/register`],
      ['POST', `${feature}/EnablePodIdentityPreview/register?api-version=never`],
      [
        'POST',
        `/subscriptions/${crypto.randomUUID()}/providers/Microsoft.Features/providers/Microsoft.ContainerService/features/EnablePodIdentityPreview/register?${featureVersion}`,
      ],
      ['POST', `/subscriptions/${world.subscriptionId}/providers/__proto__/register?api-version=2021-04-01`],
      ['PUT', `${at}/featureProviders/Microsoft.ContainerService/subscriptionFeatureRegistrations/none?${featureVersion}`],
      ['DELETE', `${at}/featureProviders/Microsoft.ContainerService/subscriptionFeatureRegistrations/none?${featureVersion}`],
    ] as const)
      expectRefusal(await world.arm.send(method, target, {}), `${method} ${target}`);
  });

  describe('in objects of the cluster', () => {
    const object = (kind: string, name: string, spec: unknown) => ({
      apiVersion: 'aadpodidentity.k8s.io/v1',
      kind,
      metadata: { name, namespace: 'default' },
      spec,
    });
    /** Without the client's own look at the schema, and without its annotation. */
    const create = (...items: readonly object[]) =>
      world.platform.run('kubectl', ['create', '--validate=false', '-f', '-'], {
        env: { KUBECONFIG: cluster.kubeconfig },
        input: JSON.stringify({ apiVersion: 'v1', kind: 'List', items }),
      });

    it('that the schema does not allow is refused by the API server', async () => {
      for (const [kind, spec] of [
        ['AzureIdentity', 'x'],
        ['AzureIdentity', []],
        ['AzureIdentity', null],
        ['AzureIdentityBinding', null],
        ['AzureIdentity', { type: '0' }],
        ['AzureIdentity', { type: 0.5 }],
        ['AzureIdentity', { resourceID: 5 }],
        ['AzureIdentity', { clientID: {} }],
        ['AzureIdentity', { clientPassword: 'x' }],
        ['AzureIdentity', { auxiliaryTenantIDs: 'x' }],
        ['AzureIdentityBinding', { azureIdentity: ['a'] }],
        ['AzureIdentityBinding', { selector: { a: 'b' } }],
        ['AzurePodIdentityException', { podLabels: 'a=b' }],
        ['AzurePodIdentityException', { podLabels: { a: 5 } }],
        ['AzureAssignedIdentity', { azureIdentityRef: 'x' }],
        ['AzureAssignedIdentity', { pod: 5 }],
      ] as const) {
        const refusal = await create(object(kind, 'malformed', spec));
        expect(refusal.code, `${kind} ${JSON.stringify(spec)}: ${said(refusal)}`).toBe(1);
        expect(refusal.stderr).toMatch(new RegExp(`The ${kind} "malformed" is invalid: .*spec`));
      }
    });

    it('that the schema does allow never stops NMI: a good pod goes on getting tokens', async () => {
      const reference = { apiVersion: 'aadpodidentity.k8s.io/v1', kind: 'AzureIdentity', metadata: { name: 'x' }, spec: [5] };
      const made = await create(
        object('AzureIdentity', 'a-empty', {}),
        object('AzureIdentity', 'a-garbage', { type: 0, resourceID: 'no id', clientID: 'no guid' }),
        object('AzureIdentity', 'a-type', { type: 99, resourceID: identity.id, clientID: identity.clientId }),
        object('AzureIdentity', 'a-negative', { type: -1 }),
        object('AzureIdentity', 'a-secret', {
          type: 1,
          clientID: 'x',
          clientPassword: { name: 'no such', namespace: '../..' },
          adEndpoint: 'http://[',
        }),
        object('AzureIdentity', 'a-huge', { type: 0, resourceID: long(200_000), clientID: long(100_000) }),
        object('AzureIdentity', 'a-foreign', { type: 0, resourceID: foreign, clientID: 'x' }),
        ...['a-empty', 'a-garbage', 'a-type', 'a-negative', 'a-secret', 'a-huge', 'a-foreign', 'missing'].map((name) =>
          object('AzureIdentityBinding', `${name}-binding`, { azureIdentity: name, selector: 'bad' }),
        ),
        object('AzureIdentityBinding', 'a-nothing', {}),
        object('AzureIdentityBinding', 'a-blank', { azureIdentity: '', selector: '' }),
        object('AzureIdentityBinding', 'a-long', { azureIdentity: long(100_000), selector: long(100_000) }),
        // Sorted before the good one, under its selector, bound to nothing.
        object('AzureIdentityBinding', 'a-shadow', { azureIdentity: 'missing', selector: 'good' }),
        object('AzurePodIdentityException', 'a-empty', {}),
        object('AzurePodIdentityException', 'a-none', { podLabels: {} }),
        object('AzurePodIdentityException', 'a-odd', { podLabels: { '': '', '!': long(1000) } }),
        object('AzureAssignedIdentity', 'a-empty', {}),
        object('AzureAssignedIdentity', 'a-odd', {
          azureIdentityRef: reference,
          azureBindingRef: reference,
          pod: '',
          podNamespace: '',
          nodename: '',
        }),
      );
      expect(made.code, said(made)).toBe(0);
      const asks = [tokenAsk(), tokenAsk({ client_id: identity.clientId })];
      for (const reply of await askMetadata(cluster, { name: 'good-pod', binding: 'good' }, asks))
        expect(reply.status, reply.body).toBe(200);
      const bad = [
        tokenAsk(),
        tokenAsk({ client_id: 'x' }),
        tokenAsk({ client_id: 'no guid' }),
        tokenAsk({ client_id: identity.clientId }),
      ];
      for (const reply of await askMetadata(cluster, { name: 'bad-pod', binding: 'bad' }, bad)) {
        expect([400, 403, 404, 500, 503], reply.body).toContain(reply.status);
        expect(reply.body).not.toContain('access_token');
      }
      const pods = await cluster.kubectl(
        'get',
        'pods',
        '-n',
        'kube-system',
        '-l',
        'component=nmi',
        '-o',
        'jsonpath={.items[*].status.containerStatuses[0].restartCount}',
      );
      expect(pods.stdout, said(pods)).toBe('0');
      const [again] = await askMetadata(cluster, { name: 'good-again', binding: 'good' }, asks);
      expect(again?.status, again?.body).toBe(200);
    });
  });

  describe('at the metadata address', () => {
    const header = '{"error":"invalid_request","error_description":"Required metadata header not specified"}';
    const token = `${tokenPath}?api-version=2018-02-01&resource=https://management.azure.com/`;
    /** Through NMI: path, what differs, status, the body or its form. */
    const cases: readonly (readonly [MetadataAsk, number, string | RegExp])[] = [
      [{ path: token, headers: {} }, 400, `${header}\n`],
      [{ path: token, headers: { Metadata: 'TRUE' } }, 400, `${header}\n`],
      [{ path: token, headers: { Metadata: '' } }, 400, `${header}\n`],
      [{ path: '/metadata/instance?api-version=2021-02-01', headers: {} }, 400, `${header}\n`],
      [{ path: tokenPath }, 400, 'parameter resource cannot be empty\n'],
      [{ path: `${tokenPath}?resource=` }, 400, 'parameter resource cannot be empty\n'],
      ...[
        '/metadata/identity\\oauth2\\token',
        '/metadata/identity\\oauth2/token',
        '/metadata/identity/oauth2\\token',
        '/Metadata/identity\\oauth2\\token',
        '/metadata/identity/x/oauth2/y/token',
      ].map((path) => [{ path: `${path}?resource=x` }, 400, 'Invalid request\n'] as const),
      [
        { path: `${token}&client_id=00000000-1111-2222-3333-444444444444` },
        404,
        'no azure identity found for request clientID 0000##### REDACTED #####4444\n',
      ],
      [{ path: `${token}&msi_res_id=/x` }, 404, /^no azure identity found for request clientID .*\n$/],
      [{ path: `${tokenPath}?resource=https://no.such.api/` }, 403, /^failed to get service principal token, error: .*\n$/],
      [{ path: token, method: 'POST' }, 405, 'Method Not Allowed\n'],
      [
        { path: token, headers: { Metadata: 'true', 'X-Forwarded-For': '127.0.0.1' } },
        400,
        'Requests with an X-Forwarded-For header are not served\n',
      ],
      [{ path: '/host/token?resource=x' }, 400, "missing 'podname' and 'podns' from request header\n"],
      [
        { path: '/host/token?resource=x', headers: { podname: 'good-pod', podns: 'default' } },
        500,
        'request remote address is not from a host\n',
      ],
      [
        { path: '/metadata/instance' },
        400,
        /^\{"error":"Bad request\. api-version was not specified in the request\..*"newest-versions":\[/,
      ],
      [{ path: '/metadata/instance?api-version=1999-01-01' }, 400, /^\{"error":"Bad request\. api-version is invalid/],
      [{ path: '/metadata/instance?api-version=2021-02-01', method: 'DELETE' }, 405, /^\{"error":"Method not allowed"\}/],
      [{ path: '/metadata/nothing?api-version=2021-02-01' }, 404, /^\{"error":"Not found"\}/],
      [{ path: '/' }, 404, /./],
      [{ path: `${token}&padding=${long(3000)}` }, 200, /access_token/],
    ];

    /** NMI's own answers are plain text, but for that about the header; what it passes on has the service's own form. */
    const headersOf = (body: string | RegExp) => {
      if (typeof body !== 'string') return {};
      if (body === `${header}\n`) return { 'content-type': 'application/json; charset=utf-8' };
      return { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' };
    };

    it('has the answers of NMI', async () => {
      const replies = await askMetadata(
        cluster,
        { name: 'asks-badly', binding: 'good' },
        cases.map(([ask]) => ask),
      );
      for (const [at, [ask, status, body]] of cases.entries()) {
        expect(replies[at], `${ask.method ?? 'GET'} ${ask.path.slice(0, 120)}`).toMatchObject({
          status,
          body: textOrPattern(body),
          headers: headersOf(body),
        });
      }
    });

    it('has upstream’s form when it is good: strings, all of them', async () => {
      const [reply] = await askMetadata(cluster, { name: 'asks-well', binding: 'good' }, [tokenAsk()]);
      expect(reply?.headers).toMatchObject({
        'content-type': 'application/json',
        'content-length': String(Buffer.byteLength(reply?.body ?? '')),
      });
      const answer = JSON.parse(reply?.body ?? '') as Record<string, unknown>;
      expect(Object.keys(answer).toSorted()).toEqual([
        'access_token',
        'expires_in',
        'expires_on',
        'not_before',
        'refresh_token',
        'resource',
        'token_type',
      ]);
      for (const value of Object.values(answer)) expect(typeof value).toBe('string');
    });

    it('has the answers of the machine’s own service where there is no NMI', async () => {
      const bare = await world.createCluster('bare', { podIdentity: false });
      const problem = (description: string) => JSON.stringify({ error: 'invalid_request', error_description: description });
      const machine: readonly (readonly [MetadataAsk, number, string])[] = [
        [{ path: token, headers: {} }, 400, header],
        [{ path: tokenPath }, 400, problem("Invalid 'api-version' requested")],
        [{ path: `${tokenPath}?api-version=2018-02-01` }, 400, problem('Required audience parameter not specified')],
        [{ path: `${token}&client_id=x` }, 400, problem('Identity not found')],
        [{ path: `${token}&object_id=x` }, 400, problem('Identity not found')],
        [{ path: `${token}&msi_res_id=x` }, 400, problem('Identity not found')],
        [
          { path: `${tokenPath}?api-version=2018-02-01&resource=https://no.such.api/` },
          400,
          JSON.stringify({
            error: 'invalid_resource',
            error_description: 'The resource principal named in the request was not found in the tenant',
          }),
        ],
        [{ path: `${token}&resource=x` }, 400, problem("Query parameter 'resource' must be specified only once")],
        [{ path: token, method: 'PUT' }, 405, '{"error":"Method not allowed"}'],
        [{ path: '/metadata/nothing' }, 404, '{"error":"Not found"}'],
      ];
      const replies = await askMetadata(
        bare,
        { name: 'asks-machine' },
        machine.map(([ask]) => ask),
      );
      for (const [at, [ask, status, body]] of machine.entries())
        expect([replies[at]?.status, replies[at]?.body], ask.path).toEqual([status, body]);
    });
  });
});
