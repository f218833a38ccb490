import { describe, expect, it } from 'vitest';
import type { Fields } from '../object/types.ts';
import { claimsOf, exchangeOf, node, pod, replyOf, world, type World } from '../testing/harness.ts';

const accounts = '/api/v1/namespaces/default/serviceaccounts';
const ask = (at: World, spec: object, account = 'default') => at.ask('POST', `${accounts}/${account}/token`, { body: { spec } });
const statusOf = (body: Fields) => body['status'] as { token: string; expirationTimestamp: string };

describe('token requests that are refused', () => {
  it.each([
    ['too short', { expirationSeconds: 599 }, 422, 'may not specify a duration less than 10 minutes'],
    ['too long', { expirationSeconds: 2 ** 32 + 1 }, 422, 'may not specify a duration larger than 2^32 seconds'],
    ['of the wrong type', { expirationSeconds: 'x' }, 400, 'spec.expirationSeconds'],
    ['with audiences of the wrong type', { audiences: [1] }, 400, 'spec.audiences'],
    ['bound to a pod that does not exist', { boundObjectRef: { kind: 'Pod', apiVersion: 'v1', name: 'x' } }, 404, 'pods "x" not found'],
    ['bound to another kind', { boundObjectRef: { kind: 'ConfigMap', apiVersion: 'v1', name: 'x' } }, 400, 'cannot bind token'],
  ])('%s', async (_what, spec, code, message) => {
    await using at = await world();
    expect((await ask(at, spec)).body).toMatchObject({ kind: 'Status', code, message: expect.stringContaining(message) as string });
  });

  it('for an account that does not exist', async () => {
    await using at = await world();
    expect((await ask(at, {}, 'none')).body).toMatchObject({ code: 404, message: 'serviceaccounts "none" not found' });
  });

  it('bound to a pod of another account, or of another uid', async () => {
    await using at = await world();
    await at.ask('POST', accounts, { body: { metadata: { name: 'other' } } });
    await at.ask('POST', '/api/v1/namespaces/default/pods', { body: pod('p') });
    const reference = { boundObjectRef: { kind: 'Pod', apiVersion: 'v1', name: 'p' } };
    expect((await ask(at, reference, 'other')).body).toMatchObject({
      code: 400,
      message: 'cannot bind token for serviceaccount "other" to pod running with different serviceaccount name.',
    });
    const wrong = { boundObjectRef: { ...reference.boundObjectRef, uid: '1' } };
    expect((await ask(at, wrong)).body).toMatchObject({ code: 409 });
  });
});

describe('tokens', () => {
  it('carry the claims of Kubernetes', async () => {
    await using at = await world();
    at.clock.freeze(Date.UTC(2026, 10, 22));
    const reply = await ask(at, { audiences: ['api://AzureADTokenExchange'], expirationSeconds: 3600 });
    expect(reply.status).toBe(201);
    const account = (await at.ask('GET', `${accounts}/default`)).body['metadata'] as { uid: string };
    const now = at.clock.seconds();
    expect(claimsOf(statusOf(reply.body).token)).toEqual({
      aud: ['api://AzureADTokenExchange'],
      exp: now + 3600,
      iat: now,
      iss: at.cluster.spec.issuer,
      jti: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
      'kubernetes.io': { namespace: 'default', serviceaccount: { name: 'default', uid: account.uid } },
      nbf: now,
      sub: 'system:serviceaccount:default:default',
    });
    expect(statusOf(reply.body).expirationTimestamp).toBe('2026-11-22T01:00:00Z');
    const header = JSON.parse(Buffer.from(statusOf(reply.body).token.split('.')[0] ?? '', 'base64url').toString()) as object;
    expect(header).toEqual({ alg: 'RS256', kid: expect.stringMatching(/^[\w-]{43}$/) as string });
  });

  it('bound to a pod name it and its node, and die with it', async () => {
    await using at = await world();
    await at.ask('POST', '/api/v1/nodes', { body: node('n1') });
    const body = pod('p', { spec: { nodeName: 'n1', containers: [{ name: 'c', image: 'x' }] } });
    const created = await at.ask('POST', '/api/v1/namespaces/default/pods', { body });
    const reply = await ask(at, { boundObjectRef: { kind: 'Pod', apiVersion: 'v1', name: 'p' } });
    const { token } = statusOf(reply.body);
    expect(claimsOf(token)['kubernetes.io']).toMatchObject({
      pod: { name: 'p', uid: (created.body['metadata'] as { uid: string }).uid },
      node: { name: 'n1', uid: expect.any(String) as string },
    });
    expect((await at.ask('GET', '/api', { token })).status).toBe(200);
    await at.ask('DELETE', '/api/v1/namespaces/default/pods/p', { body: { gracePeriodSeconds: 0 } });
    expect((await at.ask('GET', '/api', { token })).status).toBe(401);
  });

  it('live longer for the API server itself only', async () => {
    await using at = await world();
    await at.ask('POST', '/api/v1/namespaces/default/pods', { body: pod('p') });
    const boundObjectRef = { kind: 'Pod', apiVersion: 'v1', name: 'p' };
    const lifetime = async (over: object) => {
      const claims = claimsOf(statusOf((await ask(at, { boundObjectRef, expirationSeconds: 3607, ...over })).body).token);
      return [Number(claims['exp']) - Number(claims['iat']), (claims['kubernetes.io'] as Fields)['warnafter'] === undefined];
    };
    expect(await lifetime({})).toEqual([31_536_000, false]);
    expect(await lifetime({ audiences: ['api://AzureADTokenExchange'] })).toEqual([3607, true]);
    expect(await lifetime({ expirationSeconds: 3600 })).toEqual([3600, true]);
  });
});

describe('the issuer', () => {
  const get = async (at: World, path: string, method = 'GET') =>
    replyOf(await at.clusters.issuers.handle(exchangeOf('westeurope.oic.prod-aks.azure.com', method, path)));
  const base = '/11111111-1111-1111-1111-111111111111/22222222-2222-2222-2222-222222222222/';
  const kids = async (at: World) => ((await get(at, `${base}openid/v1/jwks`)).body['keys'] as { kid: string }[]).map((key) => key.kid);

  it.each(['/', base, '/11111111-1111-1111-1111-111111111111/openid/v1/jwks', `${base}openid/v1/jwks/x`])(
    'has nothing under %s',
    async (path) => {
      await using at = await world();
      expect((await get(at, path)).status).toBe(404);
    },
  );

  it('publishes nothing unless it is told to', async () => {
    await using at = await world({ spec: { publishIssuer: false } });
    expect((await get(at, `${base}.well-known/openid-configuration`)).status).toBe(404);
  });

  it('publishes its discovery document and keys to everybody', async () => {
    await using at = await world();
    const reply = await get(at, `${base}.well-known/openid-configuration`);
    expect(reply.body).toEqual({
      issuer: at.cluster.spec.issuer,
      jwks_uri: `${at.cluster.spec.issuer}openid/v1/jwks`,
      response_types_supported: ['id_token'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['RS256'],
    });
    expect(await kids(at)).toHaveLength(1);
    expect((await get(at, `${base}openid/v1/jwks`, 'POST')).status).toBe(405);
  });

  it('keeps the previous key for one rotation, and not for two', async () => {
    await using at = await world();
    const { token } = statusOf((await ask(at, {})).body);
    const [first] = await kids(at);
    const alive = async () => (await at.ask('GET', '/api', { token })).status;
    await at.cluster.rotateSigningKeys();
    const second = await kids(at);
    expect(second).toHaveLength(2);
    expect(second[1]).toBe(first);
    expect(await alive()).toBe(200);
    const fresh = JSON.parse(Buffer.from(statusOf((await ask(at, {})).body).token.split('.')[0] ?? '', 'base64url').toString()) as {
      kid: string;
    };
    expect(fresh.kid).toBe(second[0]);
    await at.cluster.rotateSigningKeys();
    expect(await kids(at)).not.toContain(first);
    expect(await alive()).toBe(401);
    await Promise.all([at.cluster.rotateSigningKeys(), at.clusters.update(at.cluster.spec), at.cluster.rotateSigningKeys()]);
    await using again = await world({ store: at.store });
    expect(await kids(again)).toEqual(await kids(at));
  });
});
