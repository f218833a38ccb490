import { randomHex } from '@podpass/kernel';
import { expect } from 'vitest';
import { onPlatform, type Platform } from '../platform/platform.ts';
import { armHost, armOf, call, claimsOf, graphHost, loginHost, ok, openEdge, readRunFile, tokenFor, userTokenFor } from '../wire/azure.ts';
import { requestBytes, talk, type Edge, type NoAnswer, type RawAnswer, type RawTalk, type RequestText } from '../wire/raw.ts';
import {
  expectAzureError,
  expectClientFault,
  expectGraphError,
  expectNoInsides,
  expectPlainError,
  expectSignInError,
  expectStatus,
} from './shapes.ts';

export const surfaceNames = ['sts', 'arm', 'graph', 'keyvault', 'kube', 'issuer'] as const;
export type SurfaceName = (typeof surfaceNames)[number];

/** One surface with a request that it answers, so that each test breaks one thing of it. */
export interface HostileSurface {
  readonly host: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly clientCertificate?: { readonly cert: string; readonly key: string };
  /** Path that GET answers with 200. */
  readonly read: string;
  /** A write that would succeed. */
  readonly write: { readonly method: string; readonly path: string; readonly type: string; readonly body: string };
  expectError(answer: RawAnswer): void;
}

export interface HostileWorld extends AsyncDisposable {
  readonly platform: Platform;
  readonly edge: Edge;
  readonly group: string;
  readonly vaultId: string;
  readonly clusterId: string;
  readonly surface: (name: SurfaceName) => HostileSurface;
  /** Sends a request of the surface with some parts replaced. */
  send(name: SurfaceName, request: Partial<RequestText> & { readonly type?: string | undefined }): Promise<RawAnswer | NoAnswer>;
  /** Sends bytes over a connection to the surface. */
  raw(name: SurfaceName, talk: Partial<RawTalk> & Pick<RawTalk, 'send'>): Promise<RawAnswer | NoAnswer>;
  /** Fails unless it is an answer of this surface for a fault of the client, without anything of the server's inside. */
  expectRefusal(name: SurfaceName, answer: RawAnswer | NoAnswer): RawAnswer;
  /** Fails unless the same process still answers, on this surface and on the control interface. */
  expectAlive(name: SurfaceName): Promise<void>;
}

const secretsOfficer = 'b86a8fe4-44ce-4948-aee5-eccb2c155cd7';

const certificateOf = (kubeconfig: string) => {
  const part = (name: string) =>
    Buffer.from(new RegExp(`${name}: "?([A-Za-z0-9+/=]+)`).exec(kubeconfig)?.[1] ?? '', 'base64').toString('utf8');
  return { cert: part('client-certificate-data'), key: part('client-key-data') };
};

const form = 'application/x-www-form-urlencoded';
const jsonType = 'application/json';

const buildWorld = async (platform: Platform): Promise<HostileWorld> => {
  const edge = await openEdge(platform.data);
  const { pid } = await readRunFile(platform.data);
  const { tenantId, subscriptionId, servicePrincipal } = platform.admin;
  const arm = await armOf(edge, platform);
  const suffix = randomHex(3);
  const group = `/subscriptions/${subscriptionId}/resourceGroups/hostile-${suffix}`;
  const vault = `hostile-${suffix}`;
  const vaultId = `${group}/providers/Microsoft.KeyVault/vaults/${vault}`;
  const clusterId = `${group}/providers/Microsoft.ContainerService/managedClusters/hostile`;
  ok(await arm.send('PUT', `${group}?api-version=2024-11-01`, { location: 'westeurope' }));
  ok(
    await arm.send('PUT', `${vaultId}?api-version=2024-11-01`, {
      location: 'westeurope',
      properties: { tenantId, sku: { family: 'A', name: 'standard' }, enableRbacAuthorization: true, accessPolicies: [] },
    }),
  );
  await arm.operation('PUT', `${clusterId}?api-version=2025-05-01`, {
    location: 'westeurope',
    identity: { type: 'SystemAssigned' },
    properties: {
      dnsPrefix: `hostile-${suffix}`,
      agentPoolProfiles: [{ name: 'nodepool1', count: 1, mode: 'System' }],
      oidcIssuerProfile: { enabled: true },
    },
  });
  const cluster = ok(await arm.send('GET', `${clusterId}?api-version=2025-05-01`))['properties'] as {
    fqdn: string;
    oidcIssuerProfile: { issuerURL: string };
  };
  const credentials = ok(await arm.send('POST', `${clusterId}/listClusterAdminCredential?api-version=2025-05-01`)) as {
    kubeconfigs: { value: string }[];
  };
  const clientCertificate = certificateOf(Buffer.from(credentials.kubeconfigs[0]?.value ?? '', 'base64').toString('utf8'));
  const roleId = `/subscriptions/${subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/${secretsOfficer}`;
  ok(
    await arm.send('PUT', `${vaultId}/providers/Microsoft.Authorization/roleAssignments/${crypto.randomUUID()}?api-version=2022-04-01`, {
      properties: { roleDefinitionId: roleId, principalId: claimsOf(arm.bearer)['oid'], principalType: 'ServicePrincipal' },
    }),
  );
  const vaultToken = await tokenFor(edge, platform, 'https://vault.azure.net/.default');
  const graphToken = await userTokenFor(edge, platform, `https://${graphHost}/.default`);
  const issuer = new URL(cluster.oidcIssuerProfile.issuerURL);
  const bearer = (token: string) => [['Authorization', `Bearer ${token}`]] as const;
  ok(
    await call(edge, {
      method: 'PUT',
      host: `${vault}.vault.azure.net`,
      path: '/secrets/first?api-version=7.4',
      bearer: vaultToken,
      body: { value: 'x' },
    }),
  );

  const surfaces: Readonly<Record<SurfaceName, HostileSurface>> = {
    sts: {
      host: loginHost,
      headers: [],
      read: `/${tenantId}/v2.0/.well-known/openid-configuration`,
      write: {
        method: 'POST',
        path: `/${tenantId}/oauth2/v2.0/token`,
        type: form,
        body: new URLSearchParams({
          grant_type: 'client_credentials',
          client_id: servicePrincipal.appId,
          client_secret: servicePrincipal.secret,
          scope: `https://${armHost}/.default`,
        }).toString(),
      },
      expectError: expectSignInError,
    },
    arm: {
      host: armHost,
      headers: bearer(arm.bearer),
      read: `${group}?api-version=2024-11-01`,
      write: {
        method: 'PUT',
        path: `${group}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/hostile?api-version=2024-11-30`,
        type: jsonType,
        body: '{"location":"westeurope"}',
      },
      expectError: expectAzureError,
    },
    graph: {
      host: graphHost,
      headers: bearer(graphToken),
      read: '/v1.0/me',
      write: { method: 'POST', path: '/v1.0/directoryObjects/getByIds', type: jsonType, body: `{"ids":["${tenantId}"]}` },
      expectError: expectGraphError,
    },
    keyvault: {
      host: `${vault}.vault.azure.net`,
      headers: bearer(vaultToken),
      read: '/secrets/first/?api-version=7.4',
      write: { method: 'PUT', path: '/secrets/second?api-version=7.4', type: jsonType, body: '{"value":"y"}' },
      expectError: expectAzureError,
    },
    kube: {
      host: cluster.fqdn,
      headers: [],
      clientCertificate,
      read: '/api/v1/namespaces/default',
      write: {
        method: 'POST',
        path: '/api/v1/namespaces/default/configmaps?dryRun=All',
        type: jsonType,
        body: '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"hostile"},"data":{"a":"b"}}',
      },
      expectError: expectStatus,
    },
    issuer: {
      host: issuer.hostname,
      headers: [],
      read: `${issuer.pathname}.well-known/openid-configuration`,
      write: { method: 'POST', path: `${issuer.pathname}.well-known/openid-configuration`, type: jsonType, body: '{}' },
      expectError: expectPlainError,
    },
  };

  const world: HostileWorld = {
    platform,
    edge,
    group,
    vaultId,
    clusterId,
    surface: (each) => surfaces[each],
    raw(each, how) {
      const { host, clientCertificate: certificate } = surfaces[each];
      return talk(edge, { serverName: host, clientCertificate: certificate, ...how });
    },
    send(each, { type, ...request }) {
      const { host, headers, read } = surfaces[each];
      const whole = { method: 'GET', path: read, host, ...request };
      const all = [...headers, ...(type === undefined ? [] : [['Content-Type', type] as const]), ...(request.headers ?? [])];
      return world.raw(each, { head: whole.method === 'HEAD', send: requestBytes({ ...whole, headers: all }) });
    },
    expectRefusal(each, answer) {
      if (typeof answer === 'string') throw new Error(`no answer: ${answer}`);
      expectClientFault(answer);
      surfaces[each].expectError(answer);
      expectNoInsides(answer, platform.data);
      return answer;
    },
    async expectAlive(each) {
      const { control } = await readRunFile(platform.data);
      expect(await (await fetch(`${control}/healthz`)).json()).toEqual({ status: 'ok' });
      expect(await platform.control('GET', '/status')).toMatchObject({ pid });
      expect(await world.send(each, {})).toMatchObject({ status: 200 });
    },
    [Symbol.asyncDispose]: () => platform[Symbol.asyncDispose](),
  };
  return world;
};

/** A platform with one group, vault and cluster, reached by raw TLS connections. */
export const createHostileWorld = (name: string): Promise<HostileWorld> => onPlatform(name, buildWorld);
