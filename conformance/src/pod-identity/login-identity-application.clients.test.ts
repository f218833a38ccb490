import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clientsAvailable } from '../platform/available.ts';
import { said } from '../platform/platform.ts';
import { aadstsCode, askToken, call, claimsOf, graphHost, ok, userTokenFor } from '../wire/azure.ts';
import { askMetadata, tokenAsk } from './run-script.ts';
import { clusterVersion, createPodIdentityWorld, type Identity, type PodIdentityWorld, type TestCluster } from './world.ts';

const exchange = 'api://AzureADTokenExchange';
const managementScope = 'https://management.azure.com/.default';
const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/** A managed identity of a pod as the credential of an application: https://learn.microsoft.com/entra/workload-id/workload-identity-federation-config-app-trust-managed-identity */
describe.skipIf(!clientsAvailable)('a pod’s identity as the credential of an application', () => {
  let world: PodIdentityWorld;
  let cluster: TestCluster;
  let trusted: Identity;
  let other: Identity;
  let appId: string;
  let principalId: string;
  /** Tokens that pods got of their metadata endpoint. */
  let tokens: { readonly trusted: string; readonly other: string; readonly forManagement: string };

  const graph = async (target: string, body: object) => {
    const bearer = await userTokenFor(world.edge, world.platform, `https://${graphHost}/.default`);
    return ok(await call(world.edge, { method: 'POST', host: graphHost, path: `/v1.0${target}`, bearer, body }));
  };
  const redeem = async (assertion: string, clientId = appId, scope = managementScope) => {
    const { status, body } = await askToken(world.edge, world.platform.admin.tenantId, {
      grant_type: 'client_credentials',
      client_id: clientId,
      client_assertion_type: assertionType,
      client_assertion: assertion,
      scope,
    });
    return { status, body: JSON.parse(body) as Record<string, unknown> };
  };

  beforeAll(async () => {
    world = await createPodIdentityWorld('identity-credential');
    cluster = await world.createCluster('trust');
    trusted = await world.createIdentity('trusted');
    other = await world.createIdentity('other');
    await world.bind(cluster, trusted, { name: 'trusted', namespace: 'default' });
    await world.bind(cluster, other, { name: 'other', namespace: 'default' });
    const application = await graph('/applications', { displayName: 'trusting' });
    appId = String(application['appId']);
    principalId = String((await graph('/servicePrincipals', { appId }))['id']);
    await graph(`/applications/${String(application['id'])}/federatedIdentityCredentials`, {
      name: 'pod',
      issuer: `https://login.microsoftonline.com/${world.platform.admin.tenantId}/v2.0`,
      subject: trusted.principalId,
      audiences: [exchange],
    });
    const tokenOf = (body: string | undefined) => (JSON.parse(body ?? '{}') as { access_token: string }).access_token;
    const [first, management] = await askMetadata(cluster, { name: 'trusted', binding: 'trusted' }, [
      tokenAsk({ resource: exchange }),
      tokenAsk(),
    ]);
    const [second] = await askMetadata(cluster, { name: 'other', binding: 'other' }, [tokenAsk({ resource: exchange })]);
    tokens = { trusted: tokenOf(first?.body), forManagement: tokenOf(management?.body), other: tokenOf(second?.body) };
  });
  afterAll(() => world?.[Symbol.asyncDispose]());

  it('is refused for another identity, another resource, and another application', async () => {
    const wrong = await redeem(tokens.other);
    expect([wrong.status, aadstsCode(wrong.body)], JSON.stringify(wrong.body)).toEqual([401, 700213]);
    // Tokens of version 1 come of another issuer, which no credential may name.
    const management = await redeem(tokens.forManagement);
    expect([management.status, aadstsCode(management.body)], JSON.stringify(management.body)).toEqual([401, 700222]);
    const bare = await graph('/applications', { displayName: 'bare' });
    await graph('/servicePrincipals', { appId: bare['appId'] });
    const untrusting = await redeem(tokens.trusted, String(bare['appId']));
    expect(untrusting.status, JSON.stringify(untrusting.body)).toBe(401);
    const identity = await redeem(tokens.trusted, other.clientId);
    expect([identity.status, aadstsCode(identity.body)], JSON.stringify(identity.body)).toEqual([401, 700222]);
  });

  it('is refused when the token itself came of a federated credential', async () => {
    const url = `${cluster.id}?api-version=${clusterVersion}`;
    const body = await cluster.read();
    await world.arm.operation('PUT', url, { ...body, properties: { ...body.properties, oidcIssuerProfile: { enabled: true } } });
    const { issuerURL } = (await cluster.read()).properties['oidcIssuerProfile'] as { issuerURL: string };
    ok(
      await world.arm.send('PUT', `${trusted.id}/federatedIdentityCredentials/account?api-version=2023-01-31`, {
        properties: { issuer: issuerURL, subject: 'system:serviceaccount:default:default', audiences: [exchange] },
      }),
    );
    const account = await cluster.kubectl('create', 'token', 'default', '--audience', exchange);
    expect(account.code, said(account)).toBe(0);
    const exchanged = await redeem(account.stdout.trim(), trusted.clientId, `${exchange}/.default`);
    expect(exchanged.status, JSON.stringify(exchanged.body)).toBe(200);
    const chained = String(exchanged.body['access_token']);
    expect(claimsOf(chained)).toMatchObject({ oid: trusted.principalId, sub: trusted.principalId });
    const refused = await redeem(chained);
    expect([refused.status, aadstsCode(refused.body)], JSON.stringify(refused.body)).toEqual([401, 700231]);
  });

  it('is accepted from the pod that holds the identity, as often as it asks', async () => {
    for (const each of [1, 2]) {
      const { status, body } = await redeem(tokens.trusted);
      expect(status, `${each}: ${JSON.stringify(body)}`).toBe(200);
      expect(claimsOf(String(body['access_token']))).toMatchObject({ oid: principalId, appid: appId, idtyp: 'app' });
    }
  });

  it('is refused once the identity is gone', async () => {
    ok(await world.arm.send('DELETE', `${trusted.id}?api-version=2023-01-31`));
    const { status, body } = await redeem(tokens.trusted);
    expect([status, aadstsCode(body)], JSON.stringify(body)).toEqual([401, 700230]);
  });
});
