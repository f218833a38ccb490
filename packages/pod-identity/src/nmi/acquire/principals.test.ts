import { createVerify } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { binding, clientId, identity, pod, resourceId, type IdentityOptions } from '../testing/objects.ts';
import { createCertificate, createPkcs12 } from '../testing/pkcs12.ts';
import { createWorld, from, type WorldOptions } from '../testing/world.ts';

const web = pod('web');
const principal = {
  type: 1,
  clientID: 'sp-client',
  tenantID: 'tenant-a',
  clientPassword: { name: 'sp', namespace: 'apps' },
  resourceID: '',
};
const path = '/api/v1/namespaces/apps/secrets/sp';

const answer = (tenant: string) => ({
  token_type: 'Bearer',
  expires_in: '3599',
  ext_expires_in: '3599',
  expires_on: '1',
  not_before: '0',
  resource: 'r',
  access_token: `token-of-${tenant}`,
});

/** Asks for the token of an identity with this spec, in managed mode. */
const ask = async (spec: IdentityOptions['spec'], options: WorldOptions = {}) => {
  const world = createWorld({
    args: ['--operation-mode=managed', '--forceNamespaced'],
    secrets: { [path]: { clientSecret: 'pass', aaa: 'not this' } },
    entra: ({ url }) => ({ status: 200, body: answer(url.split('/')[3] ?? '') }),
    ...options,
  });
  world.put('pods', web);
  world.put('identities', identity('demo', { spec: { ...principal, ...spec } }));
  world.put('bindings', binding('demo'));
  return { world, reply: await world.request({ source: from(web), search: 'resource=r' }) };
};

describe('service principals', () => {
  it.each([
    ['a secret of another namespace', { clientPassword: { name: 'sp', namespace: 'kube-system' } }, /not in the namespace/],
    ['a secret name that is a path', { clientPassword: { name: '../../x/secrets/sp' } }, /the name is not valid/],
    [
      'a secret that is not there',
      { clientPassword: { name: 'none' } },
      /^failed to get service principal token, error: failed to get Kubernetes secret apps\/none, err: secrets not found/,
    ],
    ['an authority of somebody else', { adEndpoint: 'https://evil.example/' }, /no known authority/],
    ['an authority in the clear', { adEndpoint: 'http://login.microsoftonline.com/' }, /no known authority/],
    ['an authority with credentials', { adEndpoint: 'https://login.microsoftonline.com@evil.example/' }, /no known authority/],
    ['an authority with a path', { adEndpoint: 'https://login.microsoftonline.com/x/..%2f' }, /no known authority/],
    ['a tenant that is a path', { tenantID: '../common' }, /no valid tenantID/],
    ['no tenant', { tenantID: '' }, /no valid tenantID/],
    ['too many tenants', { auxiliaryTenantIDs: ['b', 'c', 'd', 'e'] }, /auxiliary tenants/],
    ['no client id', { clientID: '' }, /has no clientID/],
  ])('refuses %s', async (_name, spec, text) => {
    const { world, reply } = await ask(spec);
    expect(reply.status).toBe(403);
    expect(reply.body).toMatch(text);
    expect(world.posts).toEqual([]);
    expect(reply.body).not.toContain('pass');
  });

  it.each([
    [3, '3'],
    [-1, '-1'],
    [1.5, '-1'],
    ['x', '-1'],
  ])('type %s is not supported', async (type, shown) => {
    const { reply, world } = await ask({ type });
    expect(reply.status).toBe(404);
    expect(world.lines.join('\n')).toContain(`ignoring azure identity apps/demo, error: unsupported identity type ${shown}`);
  });

  it('403 with what the token service refused; 503 when it does not answer', async () => {
    const refused = await ask({}, { entra: () => ({ status: 401, body: { error: 'invalid_client' } }) });
    expect(refused.reply).toMatchObject({
      status: 403,
      body: expect.stringContaining('Status Code = \'401\'. Response body: {"error":"invalid_client"}') as unknown,
    });
    const entra = () => {
      throw new Error('connection refused');
    };
    expect((await ask({}, { entra })).reply.status).toBe(503);
    expect((await ask({}, { entra: () => ({ status: 200, body: {} }) })).reply.status).toBe(503);
    expect((await ask({}, { entra: () => ({ status: 429, body: {} }) })).reply.status).toBe(503);
  });

  it('gives nothing to a pod that went while its token was on its way', async () => {
    const world = createWorld({
      args: ['--operation-mode=managed', '--forceNamespaced'],
      secrets: { [path]: { clientSecret: 'pass' } },
      entra: () => {
        world.remove('pods', web);
        return { status: 200, body: answer('tenant-a') };
      },
    });
    world.put('pods', web);
    world.put('identities', identity('demo', { spec: principal }));
    world.put('bindings', binding('demo'));
    expect(await world.request({ source: from(web), search: 'resource=r' })).toMatchObject({ status: 500, body: 'pod list is empty\n' });
    expect(world.audits).toMatchObject([{ outcome: 'refused', reason: 'pod-unknown' }]);
  });

  it('type 1: the secret, at the v1 endpoint', async () => {
    const { world, reply } = await ask({});
    expect(JSON.parse(reply.body)).toEqual({
      access_token: 'token-of-tenant-a',
      refresh_token: '',
      expires_in: '3599',
      expires_on: '1',
      not_before: '0',
      resource: 'r',
      token_type: 'Bearer',
    });
    expect(world.posts).toMatchObject([{ method: 'POST', url: 'https://login.microsoftonline.com/tenant-a/oauth2/token?api-version=1.0' }]);
    expect(Object.fromEntries(new URLSearchParams(String(world.posts[0]?.body)))).toEqual({
      grant_type: 'client_credentials',
      client_id: 'sp-client',
      client_secret: 'pass',
      resource: 'r',
    });
    expect(JSON.stringify([world.audits, world.lines])).not.toContain('pass');
  });

  it('auxiliary tenants: an array, the own tenant first', async () => {
    const { reply } = await ask({ auxiliaryTenantIDs: ['tenant-b', 'tenant-a', 'tenant-b'] });
    expect((JSON.parse(reply.body) as { access_token: string }[]).map((token) => token.access_token)).toEqual([
      'token-of-tenant-a',
      'token-of-tenant-b',
    ]);
  });

  const made = createCertificate();
  const pem = (label: string, der: Buffer): string => `-----BEGIN ${label}-----\n${der.toString('base64')}\n-----END ${label}-----\n`;
  it.each([
    ['PKCS#12', createPkcs12(made, { password: 'pass' }).toString('latin1')],
    ['PEM', pem('CERTIFICATE', made.certificate) + pem('PRIVATE KEY', made.key.export({ format: 'der', type: 'pkcs8' }))],
  ])('type 2: an assertion signed with the certificate of a %s file', async (_name, certificate) => {
    const { world, reply } = await ask({ type: 2 }, { secrets: { [path]: { certificate, password: 'pass' } } });
    expect(reply.status).toBe(200);
    const form = new URLSearchParams(String(world.posts[0]?.body));
    expect(form.get('client_assertion_type')).toBe('urn:ietf:params:oauth:client-assertion-type:jwt-bearer');
    const [header = '', claims = '', signature = ''] = (form.get('client_assertion') ?? '').split('.');
    expect(
      createVerify('sha256')
        .update(`${header}.${claims}`)
        .verify({ key: made.key.export({ format: 'pem', type: 'pkcs8' }) }, signature, 'base64url'),
    ).toBe(true);
    expect(JSON.parse(Buffer.from(claims, 'base64url').toString())).toMatchObject({
      aud: 'https://login.microsoftonline.com/tenant-a/oauth2/token',
      iss: 'sp-client',
      sub: 'sp-client',
    });
  });

  it.each([
    ['no certificate', {}, /no key certificate/],
    [
      'a wrong password',
      { certificate: createPkcs12(made, { password: 'other' }).toString('latin1'), password: 'pass' },
      /failed to decode the client certificate/,
    ],
    ['PEM without key', { certificate: pem('CERTIFICATE', made.certificate) }, /failed to decode the client certificate/],
    ['something too large', { certificate: 'x'.repeat(70_000) }, /too large/],
  ])('type 2 refuses %s', async (_name, secret, text) => {
    const { reply, world } = await ask({ type: 2 }, { secrets: { [path]: secret as Record<string, string> } });
    expect(reply).toMatchObject({ status: 403, body: expect.stringMatching(text) as unknown });
    expect(world.posts).toEqual([]);
  });

  it('type 0 with ids of two identities is refused', async () => {
    const { reply } = await ask({ type: 0, resourceID: resourceId('demo'), clientID: clientId('other') });
    expect(reply).toMatchObject({
      status: 403,
      body: expect.stringContaining('the client id of the AzureIdentity is not that of') as unknown,
    });
  });
});
