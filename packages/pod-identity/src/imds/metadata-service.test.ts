import { createClock, KernelError } from '@podpass/kernel';
import { silentTelemetry } from '@podpass/telemetry';
import { describe, expect, it } from 'vitest';
import type { InstanceDescription, InstanceSource, MetadataRequest, VmIdentity } from '../types.ts';
import { createMetadataService } from './metadata-service.ts';
import { createThrottle } from './throttle.ts';
import { createTokenCache } from './token-cache.ts';
import { noLimits } from './wire.ts';

const about: InstanceDescription = {
  tenantId: 'tenant-1',
  subscriptionId: 'sub-1',
  resourceGroup: 'MC_rg',
  location: 'westeurope',
  scaleSet: 'aks-pool-vmss',
  scaleSetId: '/subscriptions/sub-1/resourceGroups/MC_rg/providers/Microsoft.Compute/virtualMachineScaleSets/aks-pool-vmss',
  instanceId: '3',
  nodeName: 'aks-pool-vmss000003',
  vmId: '99999999-8888-7777-6666-555555555555',
  vmSize: 'Standard_DS2_v2',
  tags: { team: 'a', env: 'b' },
  privateIp: '10.224.0.7',
};
const user = (name: string): VmIdentity => ({
  resourceId: `/subscriptions/sub-1/identities/${name}`,
  clientId: `client-${name}`,
  principalId: `principal-${name}`,
});
const system: VmIdentity = { resourceId: undefined, clientId: 'client-system', principalId: 'principal-system' };

const start = (given: readonly VmIdentity[] = [user('a')], more: { mint?: InstanceSource['mint']; limited?: boolean } = {}) => {
  const clock = createClock({ frozenAt: 1_800_000_000_000 });
  const identities = [...given];
  const mints: string[] = [];
  const source: InstanceSource = {
    describe: () => about,
    identities: () => identities,
    mint:
      more.mint ??
      (async ({ principalId, resource }) => {
        mints.push(`${principalId} ${resource}`);
        return { token: `t${String(mints.length)}-${principalId}`, notBefore: clock.seconds(), expiry: clock.seconds() + 86_400 };
      }),
  };
  const service = createMetadataService({
    source,
    clock,
    telemetry: silentTelemetry(),
    ...(more.limited === true ? {} : { limits: noLimits }),
  });
  const get = (path: string, given: Partial<MetadataRequest> = {}) => {
    const [bare = '', search = ''] = path.split('?');
    return service.handle({
      id: 'r',
      method: 'GET',
      path: bare,
      query: new URLSearchParams(search),
      headers: { metadata: 'true' },
      remoteAddress: '10.0.0.1',
      source: undefined,
      ...given,
    });
  };
  const token = (more_ = '') => get(`/metadata/identity/oauth2/token?api-version=2018-02-01&resource=https://vault.azure.net${more_}`);
  return { clock, identities, mints, get, token, source };
};

describe('checks of every request', () => {
  it.each([
    ['no header', { headers: {} }, 400, 'Required metadata header not specified'],
    ['a header of another value', { headers: { metadata: 'yes' } }, 400, 'Required metadata header not specified'],
    ['X-Forwarded-For', { headers: { metadata: 'true', 'x-forwarded-for': '1.2.3.4' } }, 400, 'X-Forwarded-For'],
    ['POST', { method: 'POST' }, 405, 'Method not allowed'],
    ['PUT', { method: 'PUT' }, 405, 'Method not allowed'],
  ])('%s', async (_name, given, status, text) => {
    for (const path of ['/metadata/identity/oauth2/token?resource=r', '/metadata/instance', '/metadata/versions', '/nothing']) {
      const answer = await start().get(path, given);
      expect(answer.status).toBe(status);
      expect(answer.body).toContain(text);
    }
  });

  it('takes the header in any case', async () => {
    expect((await start().get('/metadata/versions', { headers: { metadata: 'True' } })).status).toBe(200);
  });

  it.each([
    '/',
    '/metadata',
    '/metadata/',
    '/metadata/nothing',
    '/metadata/identity',
    '/metadata/identity/oauth2',
    '/metadata/identity/oauth2/token/x',
    '/metadata/IDENTITY/oauth2/token',
    '//metadata/identity/oauth2/token',
    '/metadata//identity/oauth2/token',
    String.raw`/metadata\identity\oauth2\token`,
    '/metadata/identity%2Foauth2/token',
    '/metadata/versions/x',
    '/metadata/constructor',
    '/metadata/instance/__proto__',
  ])('%s is not found', async (path) => {
    expect(await start().get(`${path}?api-version=2021-02-01&resource=r`)).toMatchObject({ status: 404 });
  });

  it('refuses parameters that come twice or are too long', async () => {
    expect((await start().token('&resource=x')).status).toBe(400);
    expect((await start().token(`&client_id=${'x'.repeat(3_000)}`)).status).toBe(400);
  });

  it.each(['attested/document', 'scheduledevents', 'loadbalancer'])('refuses %s loudly', async (category) => {
    const answer = await start().get(`/metadata/${category}?api-version=2021-02-01`);
    expect(answer.status).toBe(501);
    expect(answer.body).toContain('Podpass does not serve');
  });
});

describe('/metadata/identity/oauth2/token', () => {
  const description = async (answer: Promise<{ status: number; body: string }>) => {
    const { status, body } = await answer;
    return `${String(status)} ${(JSON.parse(body) as { error_description: string }).error_description}`;
  };

  it.each([
    ['', 400],
    ['?resource=r', 400],
    ['?api-version=2017-12-01&resource=r', 400],
    ['?api-version=2018-02-01', 400],
    ['?api-version=2018-02-01&resource=', 400],
  ])('%s is refused', async (search, status) => {
    expect((await start().get(`/metadata/identity/oauth2/token${search}`)).status).toBe(status);
  });

  it.each([
    ['&client_id=other'],
    ['&object_id=client-a'],
    ['&msi_res_id=/subscriptions/sub-1/identities/b'],
    ['&principal_id=principal-b'],
    ['&mi_res_id=client-a'],
  ])('%s names no identity of the machine', async (search) => {
    expect(await description(start().token(search))).toBe('400 Identity not found');
  });

  it('only one selector', async () => {
    expect(await description(start().token('&client_id=client-a&object_id=principal-a'))).toContain('400 Only one of');
  });

  it('no identities at all', async () => {
    expect(await description(start([]).token())).toBe('400 Identity not found');
  });

  it('several user-assigned identities and no name', async () => {
    expect(await description(start([user('a'), user('b')]).token())).toBe(
      '400 Multiple user assigned identities exist, please specify the clientId / resourceId of the identity in the token request',
    );
  });

  it.each([
    ['the only user-assigned one', [user('a')], '', 'client-a'],
    ['the system-assigned one before others', [user('a'), user('b'), system], '', 'client-system'],
    ['client id', [user('a'), user('b')], '&client_id=CLIENT-B', 'client-b'],
    ['object id', [user('a'), user('b')], '&object_id=principal-b', 'client-b'],
    ['principal id of the system-assigned one', [user('a'), system], '&principal_id=principal-system', 'client-system'],
    ['resource id in another case', [user('a'), user('b')], '&msi_res_id=/Subscriptions/SUB-1/identities/B', 'client-b'],
    ['the other resource id parameter', [user('a'), user('b')], '&mi_res_id=/subscriptions/sub-1/identities/b', 'client-b'],
    ['an empty selector counts as none', [user('a')], '&client_id=', 'client-a'],
  ])('chooses %s', async (_name, identities, search, clientId) => {
    const answer = await start(identities).token(search);
    expect(JSON.parse(answer.body)).toMatchObject({ client_id: clientId });
  });

  it('answers eight strings', async () => {
    const answer = await start().token();
    expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
    expect(JSON.parse(answer.body)).toEqual({
      access_token: 't1-principal-a',
      client_id: 'client-a',
      expires_in: '86400',
      expires_on: '1800086400',
      ext_expires_in: '86400',
      not_before: '1800000000',
      resource: 'https://vault.azure.net',
      token_type: 'Bearer',
    });
  });

  it('keeps a token until shortly before its end', async () => {
    const { token, mints, clock } = start();
    await Promise.all([token(), token()]);
    clock.freeze(clock.now() + 80_000_000);
    expect(JSON.parse((await token()).body)).toMatchObject({ access_token: 't1-principal-a', expires_in: '6400' });
    expect(mints).toHaveLength(1);
    clock.freeze(clock.now() + 5_900_000);
    expect(JSON.parse((await token()).body)).toMatchObject({ access_token: 't2-principal-a', expires_in: '86400' });
  });

  it('mints anew when the clock was set back before the token', async () => {
    const { token, mints, clock } = start();
    await token();
    clock.freeze(clock.now() - 3_600_000);
    await token();
    expect(mints).toHaveLength(2);
  });

  it('gives no token of an identity that was taken away, and forgets the kept one', async () => {
    const { token, identities, mints } = start([user('a'), user('b')]);
    await token('&client_id=client-a');
    const [removed] = identities.splice(0, 1);
    expect(await description(token('&client_id=client-a'))).toBe('400 Identity not found');
    await token();
    if (removed !== undefined) identities.push(removed);
    await token('&client_id=client-a');
    expect(mints.filter((mint) => mint.startsWith('principal-a'))).toHaveLength(2);
  });

  it.each([
    ['not-found', '400 Identity not found'],
    ['invalid', '400 The resource principal named in the request was not found in the tenant'],
    ['unavailable', '500 Failed to retrieve token from the Active directory. For details see logs'],
  ] as const)('tells the failure %s', async (code, expected) => {
    const mint = async (): Promise<never> => {
      throw new KernelError(code, 'detail that stays inside');
    };
    expect(await description(start([user('a')], { mint }).token())).toBe(expected);
  });

  it('does not keep failures', async () => {
    let calls = 0;
    const { token } = start([user('a')], {
      mint: async () => {
        calls += 1;
        if (calls === 1) throw new KernelError('unavailable', 'x');
        return { token: 't', notBefore: 0, expiry: 1_900_000_000 };
      },
    });
    expect((await token()).status).toBe(500);
    expect((await token()).status).toBe(200);
  });
});

describe('limits', () => {
  it('429 with Retry-After over the documented rates', async () => {
    const { token, get } = start([user('a')], { limited: true });
    const answers = [];
    for (let at = 0; at < 30; at += 1) answers.push(await token());
    expect(answers.filter(({ status }) => status === 200).length).toBeLessThan(25);
    expect(answers.at(-1)).toMatchObject({ status: 429, headers: { 'retry-after': '1' } });
    expect((await get('/metadata/versions')).status).toBe(200);
  });

  it('five at once', () => {
    const throttle = createThrottle({ perSecond: 20, concurrent: 5 }, () => 0);
    const taken = Array.from({ length: 6 }, () => throttle.take());
    expect(taken[5]).toBeUndefined();
    taken[0]?.();
    taken[0]?.();
    expect(throttle.take()).toBeDefined();
    expect(throttle.take()).toBeUndefined();
  });

  it('refills by time', () => {
    let now = 0;
    const throttle = createThrottle({ perSecond: 5 }, () => now);
    for (let at = 0; at < 5; at += 1) expect(throttle.take()).toBeDefined();
    expect(throttle.take()).toBeUndefined();
    now = 250;
    expect(throttle.take()).toBeDefined();
    expect(throttle.take()).toBeUndefined();
  });

  it('bounds the kept tokens', async () => {
    const { source, clock } = start();
    const tokens = createTokenCache({ source, clock, limit: 3 });
    for (let at = 0; at < 10; at += 1) await tokens.get(user('a'), `r${String(at)}`);
    expect(tokens.size).toBeLessThanOrEqual(3);
  });
});

describe('/metadata/identity/info', () => {
  it('needs a version and tells the tenant', async () => {
    expect((await start().get('/metadata/identity/info')).status).toBe(400);
    expect(JSON.parse((await start().get('/metadata/identity/info?api-version=2018-02-01')).body)).toEqual({ tenantId: 'tenant-1' });
  });
});

describe('/metadata/instance', () => {
  it.each([
    ['', 'was not specified'],
    ['?api-version=', 'was not specified'],
    ['?api-version=2016-01-01', 'is invalid'],
  ])('%s: 400 with the newest versions', async (search, text) => {
    const answer = await start().get(`/metadata/instance${search}`);
    expect(answer.status).toBe(400);
    expect(answer.body).toContain(text);
    expect(JSON.parse(answer.body)).toMatchObject({ 'newest-versions': ['2021-12-13', '2021-11-15', '2021-11-01'] });
  });

  it.each([
    ['/compute/name?api-version=2021-02-01', 400],
    ['/compute/name?api-version=2021-02-01&format=json', 400],
    ['/compute?api-version=2021-02-01&format=xml', 400],
    ['/compute/nothing?api-version=2021-02-01', 404],
    ['/network/interface/1?api-version=2021-02-01', 404],
    ['/compute/name/0?api-version=2021-02-01&format=text', 404],
    ['/compute/resourceId?api-version=2017-04-02&format=text', 404],
  ])('%s: %i', async (path, status) => {
    expect((await start().get(`/metadata/instance${path}`)).status).toBe(status);
  });

  it.each([
    ['/compute/name', 'aks-pool-vmss_3'],
    ['/compute/vmId', about.vmId],
    ['/compute/tags', 'team:a;env:b'],
    ['/compute/tagsList/1/value', 'b'],
    ['/compute/vmScaleSetName', 'aks-pool-vmss'],
    ['/compute/resourceId', `${about.scaleSetId}/virtualMachines/3`],
    ['/network/interface/0/ipv4/ipAddress/0/privateIpAddress', '10.224.0.7'],
    ['/network/interface/0/macAddress', '025555555555'],
    ['', 'compute/\nnetwork/'],
  ])('%s as text', async (path, expected) => {
    const answer = await start().get(`/metadata/instance${path}?api-version=2021-02-01&format=text`);
    expect(answer).toMatchObject({ status: 200, body: expected, headers: { 'content-type': 'text/plain; charset=utf-8' } });
  });

  it('holds what its version had', async () => {
    const document = async (version: string) =>
      JSON.parse((await start().get(`/metadata/instance?api-version=${version}`)).body) as { compute: Record<string, unknown> };
    const old = await document('2017-08-01');
    expect(Object.keys(old.compute)).toEqual([
      'location',
      'name',
      'offer',
      'osType',
      'placementGroupId',
      'platformFaultDomain',
      'platformUpdateDomain',
      'publisher',
      'resourceGroupName',
      'sku',
      'subscriptionId',
      'tags',
      'version',
      'vmId',
      'vmSize',
    ]);
    expect((await document('2021-12-13')).compute).toMatchObject({
      azEnvironment: 'AzurePublicCloud',
      osProfile: { computerName: about.nodeName },
      host: { id: '' },
    });
  });

  it('lists its versions without one', async () => {
    expect(JSON.parse((await start().get('/metadata/versions')).body)).toMatchObject({
      apiVersions: expect.arrayContaining(['2017-03-01', '2021-12-13']) as unknown,
    });
  });
});
