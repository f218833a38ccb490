import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { looksLikeIdentityToken } from '../endpoint/canonical-path.ts';
import { routeOf } from './routes.ts';
import { readWanted } from './wanted.ts';
import { redactId } from './errors.ts';
import { assigned, binding, exception, identity, pod, principalId } from './testing/objects.ts';
import { createWorld, from, tokenIn, type World, type WorldOptions } from './testing/world.ts';

const web = pod('web');
const start = (options?: WorldOptions): World => {
  const world = createWorld(options);
  world.put('pods', web);
  world.put('identities', identity('demo'));
  world.put('bindings', binding('demo'));
  world.put('assigned', assigned('web', 'demo'));
  return world;
};

describe("upstream's cases of NMI's server", () => {
  const invalid = [
    String.raw`/metadata/identity\oauth2/token`,
    String.raw`/metadata/identity\oauth2\token`,
    String.raw`/metadata/identity/oauth2\token`,
    String.raw`/metadata\identity\oauth2\token`,
    String.raw`/Metadata/identity\\oauth2/token/`,
    '/metadata/identity//oauth2/token',
    '/metadata//identity/oauth2/token',
    '//metadata/identity/oauth2/token',
    '/metadata/./identity/oauth2/token',
    '/metadata/identity/x/../oauth2/token',
    '/metadata/identity%5Coauth2%5Ctoken',
    '/metadata/identity%255Coauth2%255Ctoken',
    '/metadata/identity%252Foauth2%252Ftoken',
    '/metadata/%2569dentity/oauth2/token',
    '/metadata/IDENTITY/oauth2/token',
    '/metadata/identity/OAuth2/Token',
    '/metadata/identity;x=1/oauth2/token',
    '/metadata/identity%00/oauth2/token',
    '/metadata/\uFF49dentity/oauth2/token',
    '/anything/../metadata/identity/oauth2/token',
    String.raw`/host\token`,
    '/HOST/token',
    '//host/token',
  ];
  it.each(invalid)('%s is an invalid request', async (path) => {
    const world = start();
    expect(await world.request({ path, source: from(web) })).toMatchObject({
      status: 400,
      body: 'Invalid request\n',
      headers: { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' },
    });
    expect(world.mints).toEqual([]);
    expect(world.audits).toMatchObject([{ outcome: 'refused', reason: 'blocked-path' }]);
  });

  it.each([
    '/metadata/identity/oauth2/token',
    '/metadata/identity/oauth2/token/',
    '/Metadata/identity/oauth2/token',
    '/metadata/identity/oauth2/%74oken',
  ])('%s asks for a token', async (path) => {
    expect(tokenIn(await start().request({ path, source: from(web) }))).toBe(`token-of-${principalId('demo')}`);
  });

  it.each([
    ['/host/token', 'host'],
    ['/host/token/', 'host'],
    ['/metadata/instance', 'instance'],
    ['/metadata/identity/info', 'other'],
    ['/', 'other'],
    ['/metadata/instance/compute/tokens', 'instance'],
  ])('%s goes to %s', (path, route) => {
    expect(routeOf(path)).toBe(route);
  });

  it('lets nothing through that canonically asks for a token', () => {
    const part = fc.constantFrom(
      '/',
      '\\',
      '%2f',
      '%5C',
      '%252F',
      '//',
      '/./',
      'metadata',
      'Metadata',
      'identity',
      'oauth2',
      'token',
      '%74oken',
      'x',
      '..',
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 12 }), (parts) => {
        const path = `/${parts.join('')}`;
        const passes = !['token', 'blocked'].includes(routeOf(path));
        expect(passes && looksLikeIdentityToken(path)).toBe(false);
      }),
    );
  });

  it('looks at a path in one pass, whatever it repeats', () => {
    const path = `/${'identity'.repeat(20_000)}${'oauth2'.repeat(20_000)}`;
    expect(looksLikeIdentityToken(path)).toBe(false);
    expect(looksLikeIdentityToken(`${path}token`)).toBe(true);
  });

  it.each([{}, { metadata: 'True' }, { metadata: 'false' }, { metadata: '' }, { metadata: ['true', 'true'] }])(
    'metadata header %j is none',
    async (headers) => {
      const world = start();
      expect(await world.request({ headers, source: from(web) })).toEqual({
        status: 400,
        headers: { 'content-type': 'application/json; charset=utf-8' },
        body: '{"error":"invalid_request","error_description":"Required metadata header not specified"}\n',
      });
      expect(await world.request({ headers, path: '/metadata/instance', source: from(web) })).toMatchObject({ status: 400 });
    },
  );

  it('does without the header when it is not required', async () => {
    expect(tokenIn(await start({ args: ['--metadata-header-required=false'] }).request({ headers: {}, source: from(web) }))).toBeDefined();
  });

  it('no remote address: 500', async () => {
    expect(await start().request({ remoteAddress: '', source: from(web) })).toMatchObject({
      status: 500,
      body: 'request remote address is empty\n',
    });
  });

  it('no resource: 400', async () => {
    expect(await start().request({ search: 'client_id=x', source: from(web) })).toMatchObject({
      status: 400,
      body: 'parameter resource cannot be empty\n',
    });
  });

  it('other methods: 405', async () => {
    expect(await start().request({ method: 'POST', source: from(web) })).toMatchObject({ status: 405, headers: { allow: 'GET' } });
  });

  it.each([
    ['msi_res_id=a&mi_res_id=b', 'a'],
    ['mi_res_id=b', 'b'],
    ['', ''],
  ])('reads resource ids of %s', (query, expected) => {
    expect(readWanted(new URLSearchParams(`resource=r&${query}`))).toEqual({
      resource: 'r',
      clientId: '',
      resourceId: expected,
      objectId: '',
    });
  });

  it.each([
    ['aabc0000-a83v-9h4m-000j-2c0a66b0c1f9', 'aabc##### REDACTED #####c1f9'],
    ['12345678', '##### REDACTED #####'],
    ['', ''],
  ])('redacts %s', (id, shown) => {
    expect(redactId(id)).toBe(shown);
  });

  it('passes other paths on, and 404 of the machine back', async () => {
    const world = start();
    const search = 'api-version=2021-02-01';
    const instance = await world.request({ path: '/metadata/instance', search, source: from(web) });
    expect(JSON.parse(instance.body)).toMatchObject({ compute: { name: 'vmss_0' } });
    expect(await world.request({ path: '/metadata/nothing', search, source: from(web) })).toMatchObject({ status: 404 });
    expect(world.audits).toEqual([]);
  });

  it.each([
    '/metadata/instance',
    '/Metadata/instance/compute',
    '/metadata//instance',
    String.raw`/metadata\instance`,
    '/metadata/%69nstance',
  ])('block-instance-metadata: %s is 403', async (path) => {
    const answer = await start({ args: ['--block-instance-metadata'] }).request({
      path,
      search: 'api-version=2021-02-01',
      source: from(web),
    });
    expect(answer).toMatchObject({ status: 403, body: 'Request blocked by AAD Pod Identity NMI\n' });
  });

  it('excepted pods get the identities of the machine, by any single label', async () => {
    const world = createWorld({ machine: ['demo', 'second'], system: true });
    const free = pod('free', { labels: { App: 'MIC', other: 'x' } });
    world.put('pods', free);
    world.put('exceptions', exception('free', { component: 'y', App: 'mic' }));
    expect(tokenIn(await world.request({ source: from(free) }))).toBe('token-of-system');
    expect(tokenIn(await world.request({ source: from(free), search: `resource=r&object_id=${principalId('second')}` }))).toBe(
      `token-of-${principalId('second')}`,
    );
    expect(await world.request({ source: from(free), search: 'resource=r&client_id=unknown' })).toMatchObject({
      status: 403,
      body: expect.stringMatching(/^failed to get service principal token, error: /) as unknown,
    });
    expect(world.audits).toMatchObject([{ identity: 'machine' }, { identity: 'machine' }, { reason: 'excepted-refused' }]);
  });

  it('MIC gets the identities of the machine', async () => {
    const world = createWorld({ system: true });
    const owners = [{ kind: 'ReplicaSet', name: 'mic-5d8f', controller: true }];
    const mic = pod('mic-5d8f-x', { namespace: 'default', labels: {}, metadata: { ownerReferences: owners } });
    world.put('pods', mic);
    expect(tokenIn(await world.request({ source: from(mic) }))).toBe('token-of-system');
  });
});

describe('/host/token', () => {
  const agent = pod('csi', { namespace: 'kube-system', labels: { app: 'csi' }, spec: { hostNetwork: true } });
  const host = from(agent, { hostNetwork: true });
  const headers = { podns: 'apps', podname: 'web' };
  const world = (): World => {
    const made = start();
    made.put('pods', agent);
    made.put('exceptions', exception('csi', { app: 'csi' }, 'kube-system'));
    return made;
  };
  const ask = (at: World, more: Parameters<World['request']>[0] = {}) =>
    at.request({ path: '/host/token/', headers, source: host, search: 'resource=r', ...more });

  it.each([{}, { podns: 'apps' }, { podname: 'web' }])('headers %j: 400', async (given) => {
    expect(await ask(world(), { headers: given })).toMatchObject({
      status: 400,
      body: "missing 'podname' and 'podns' from request header\n",
    });
  });

  it.each([
    ['the node itself, which cannot be proven', undefined],
    ['a pod of its own network', from(web)],
    ['a pod that says it is in the host network', from(web, { hostNetwork: true })],
  ])('%s: 500', async (_name, source) => {
    expect(await ask(world(), { source, remoteAddress: '127.0.0.1' })).toMatchObject({
      status: 500,
      body: 'request remote address is not from a host\n',
    });
  });

  it('a pod in the host network without exception, or of another namespace: 500', async () => {
    const plain = start();
    plain.put('pods', agent);
    expect((await ask(plain)).status).toBe(500);
    const rogue = pod('rogue', { labels: { app: 'csi' }, spec: { hostNetwork: true } });
    const made = world();
    made.put('pods', rogue);
    made.put('exceptions', exception('csi', { app: 'csi' }));
    expect((await ask(made, { source: from(rogue, { hostNetwork: true }) })).status).toBe(500);
  });

  it('no resource: 400; no pod: 404', async () => {
    expect((await ask(world(), { search: '' })).status).toBe(400);
    expect((await ask(world(), { headers: { podns: 'apps', podname: 'none' } })).status).toBe(404);
  });

  it('answers the token and the client id', async () => {
    const made = world();
    const answer = await ask(made);
    expect(JSON.parse(answer.body)).toMatchObject({
      token: { access_token: `token-of-${principalId('demo')}` },
      clientid: expect.any(String) as unknown,
    });
    expect(made.audits).toMatchObject([{ outcome: 'granted', source: 'kube-system/csi', pod: 'apps/web' }]);
  });
});
