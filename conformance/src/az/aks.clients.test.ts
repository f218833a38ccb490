import { fetchText } from '../platform/fetch-text.ts';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clientsAvailable } from '../platform/available.ts';
import { said } from '../platform/platform.ts';
import { createAzWorld, type AzWorld } from './world.ts';

describe.skipIf(!clientsAvailable)('az aks', () => {
  let world: AzWorld;
  const on = (verb: string, ...more: string[]) => ['aks', verb, '-g', world.group, '-n', 'c1', ...more];

  beforeAll(async () => {
    world = await createAzWorld('az-aks');
  });
  afterAll(async () => {
    await world?.[Symbol.asyncDispose]();
  });

  it('create: what the article reads from it', async () => {
    expect(await world.refused(3, ...on('show'))).toContain(
      `The Resource 'Microsoft.ContainerService/managedClusters/c1' under resource group '${world.group}' was not found.`,
    );
    const cluster = await world.az(
      ...on('create', '--node-count', '1', '--enable-oidc-issuer', '--enable-workload-identity', '--generate-ssh-keys'),
    );
    const issuer = `https://westeurope.oic.prod-aks.azure.com/${world.platform.admin.tenantId}/`;
    expect(cluster).toMatchObject({
      name: 'c1',
      location: 'westeurope',
      provisioningState: 'Succeeded',
      powerState: { code: 'Running' },
      nodeResourceGroup: `MC_${world.group}_c1_westeurope`,
      fqdn: expect.stringMatching(/^[\w-]+\.hcp\.westeurope\.azmk8s\.io$/),
      identity: { type: 'SystemAssigned', principalId: expect.any(String) },
      oidcIssuerProfile: {
        enabled: true,
        issuerUrl: expect.stringMatching(new RegExp(`^${issuer.replaceAll('.', '\\.')}[\\da-f-]{36}/$`)),
      },
      securityProfile: { workloadIdentity: { enabled: true } },
      agentPoolProfiles: [{ name: 'nodepool1', count: 1, mode: 'System', osType: 'Linux', provisioningState: 'Succeeded' }],
      identityProfile: { kubeletidentity: { clientId: expect.any(String), objectId: expect.any(String) } },
    });
    expect(await world.refused(1, ...on('create', '--generate-ssh-keys'))).toContain("The cluster 'c1' under resource group");
  });

  it('show, list; the node resource group is there', async () => {
    expect(await world.query('oidcIssuerProfile.issuerUrl', ...on('show'))).toMatch(
      /^https:\/\/westeurope\.oic\.prod-aks\.azure\.com\/.+\/$/,
    );
    expect(await world.query('[].name', 'aks', 'list')).toBe('["c1"]');
    expect(await world.query('[].name', 'aks', 'list', '-g', world.group)).toBe('["c1"]');
    expect(await world.az('group', 'exists', '-n', `MC_${world.group}_c1_westeurope`)).toBe(true);
  });

  it('get-credentials: kubectl works, as user and as admin', async () => {
    await world.az(...on('get-credentials'));
    const context = await world.platform.kubectl('config', 'current-context');
    expect(context.stdout.trim()).toBe('c1');
    const nodes = await world.platform.kubectl('get', 'nodes', '--no-headers');
    expect(nodes.stdout, said(nodes)).toMatch(/^aks-nodepool1-\S+ +Ready /);
    await world.az(...on('get-credentials', '--admin', '--overwrite-existing'));
    expect((await world.platform.kubectl('config', 'current-context')).stdout.trim()).toBe('c1-admin');
    expect((await world.platform.kubectl('auth', 'can-i', '*', '*')).stdout.trim()).toBe('yes');
  });

  it('update: workload identity off and on again; the webhook goes and comes', async () => {
    const webhooks = async () => (await world.platform.kubectl('get', 'mutatingwebhookconfigurations', '-o', 'name')).stdout;
    expect(await webhooks()).toContain('azure-wi-webhook-mutating-webhook-configuration');
    expect(await world.query('securityProfile.workloadIdentity.enabled', ...on('update', '--disable-workload-identity'))).toMatch(
      /^(false|null)$/,
    );
    expect(await webhooks()).not.toContain('azure-wi-webhook');
    expect(await world.query('securityProfile.workloadIdentity.enabled', ...on('update', '--enable-workload-identity'))).toBe('true');
    expect(await webhooks()).toContain('azure-wi-webhook-mutating-webhook-configuration');
  });

  it('rotate-signing-keys: the new key signs, the old one is still published', async () => {
    const issuer = await world.query('oidcIssuerProfile.issuerUrl', ...on('show'));
    const keys = async () => {
      const { stdout } = await fetchText(world.platform, `${issuer}openid/v1/jwks`);
      return (JSON.parse(stdout) as { keys: { kid: string }[] }).keys.map(({ kid }) => kid);
    };
    const signer = async () => {
      const { stdout } = await world.platform.kubectl('create', 'token', 'default');
      return (JSON.parse(Buffer.from(stdout.split('.')[0] ?? '', 'base64url').toString('utf8')) as { kid: string }).kid;
    };
    const [before, old] = [await keys(), await signer()];
    expect(before).toContain(old);
    const rotated = await world.raw('aks', 'oidc-issuer', 'rotate-signing-keys', '-g', world.group, '-n', 'c1', '--yes');
    expect(rotated.code, said(rotated)).toBe(0);
    const fresh = await signer();
    expect(fresh).not.toBe(old);
    // The published document may be cached for as long as it says.
    await new Promise((resolve) => setTimeout(resolve, 2500));
    expect(await keys()).toEqual(expect.arrayContaining([old, fresh]));
  });

  it('what clusters do not do is refused by name, not passed over', async () => {
    const create = (name: string, ...more: string[]) => ['aks', 'create', '-g', world.group, '-n', name, '--generate-ssh-keys', ...more];
    expect(await world.refused(1, ...create('c2', '--network-plugin', 'azure', '--network-policy', 'calico'))).toContain('networkPolicy');
    expect(await world.refused(1, ...create('c3', '--enable-aad'))).toContain('aadProfile');
    expect(await world.refused(1, ...create('c4', '--enable-private-cluster'))).toContain('apiServerAccessProfile');
    expect(await world.refused(1, ...create('c5', '--enable-cluster-autoscaler', '--min-count', '1', '--max-count', '3'))).toContain(
      'enableAutoScaling',
    );
    expect(await world.query('length(@)', 'aks', 'list')).toBe('1');
  });

  it('delete: the cluster, its nodes and its node resource group are gone', async () => {
    const { stdout: server } = await world.platform.kubectl('config', 'view', '--minify', '-o', 'jsonpath={.clusters[0].cluster.server}');
    await world.az(...on('delete', '--yes'));
    expect(await world.az('aks', 'list')).toEqual([]);
    expect(await world.az('group', 'exists', '-n', `MC_${world.group}_c1_westeurope`)).toBe(false);
    const after = await world.platform.kubectl('get', 'nodes', '--request-timeout=5s');
    expect(after.code, `${server}: ${said(after)}`).toBe(1);
    expect(await readdir(path.join(world.platform.data, 'pods'))).toEqual([]);
  });
});
