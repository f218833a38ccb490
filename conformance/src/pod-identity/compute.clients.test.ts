import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clientsAvailable } from '../platform/available.ts';
import { said } from '../platform/platform.ts';
import { claimsOf } from '../wire/azure.ts';
import { askMetadata, tokenAsk } from './run-script.ts';
import { createPodIdentityWorld, type Identity, type PodIdentityWorld, type TestCluster } from './world.ts';

interface ScaleSet {
  readonly id: string;
  readonly name: string;
  readonly resourceGroup: string;
  readonly sku: { readonly name: string; readonly capacity: number };
  readonly identity?: { readonly type: string; readonly principalId?: string; readonly userAssignedIdentities?: Record<string, object> };
}

/** The scale sets of a cluster without the add-on: its pods reach the machine's own metadata service. */
describe.skipIf(!clientsAvailable)('az vmss on the nodes of a cluster', () => {
  let world: PodIdentityWorld;
  let cluster: TestCluster;
  let identity: Identity;
  let set: ScaleSet;

  beforeAll(async () => {
    world = await createPodIdentityWorld('az-vmss');
    const signedIn = await world.platform.podpass('login');
    if (signedIn.code !== 0) throw new Error(said(signedIn));
    cluster = await world.createCluster('machines', { podIdentity: false });
    identity = await world.createIdentity('machine-identity');
    [set] = (await az('vmss', 'list', '-g', cluster.nodeGroup)) as [ScaleSet];
  });
  afterAll(() => world?.[Symbol.asyncDispose]());

  const az = async (...args: string[]): Promise<unknown> => {
    const result = await world.platform.az(...args, '--output', 'json');
    expect(result.code, `az ${args.join(' ')}: ${said(result)}`).toBe(0);
    return result.stdout.trim() === '' ? undefined : (JSON.parse(result.stdout) as unknown);
  };
  const refused = async (...args: string[]): Promise<string> => {
    const result = await world.platform.az(...args, '--output', 'json');
    expect(result.code, `az ${args.join(' ')}: ${said(result)}`).toBeGreaterThan(0);
    expect(result.stderr).not.toContain('Traceback');
    return result.stderr;
  };
  const on = (verb: readonly string[], ...more: string[]) => ['vmss', ...verb, '-g', cluster.nodeGroup, '-n', set.name, ...more];
  const idsOf = (answer: unknown) => Object.keys((answer as NonNullable<ScaleSet['identity']>).userAssignedIdentities ?? {});
  const withoutCase = (ids: readonly string[]) => ids.map((id) => id.toLowerCase());
  const objectIdOf = (body: string | undefined) => claimsOf((JSON.parse(body ?? '{}') as { access_token: string }).access_token)['oid'];

  it('list and show: the set of the pool, with the identity of the kubelet', async () => {
    expect(set).toMatchObject({
      name: expect.stringMatching(/^aks-nodepool1-\d{8}-vmss$/) as unknown,
      sku: { name: 'Standard_D2s_v3', capacity: 1 },
      identity: { type: 'UserAssigned' },
    });
    expect(idsOf(set.identity).map((id) => id.split('/').at(-1))).toEqual(['machines-agentpool']);
    expect(await az(...on(['show']))).toMatchObject({ id: set.id, provisioningState: 'Succeeded' });
    expect(await az('vmss', 'list', '--query', '[].name')).toEqual([set.name]);
    expect(await az(...on(['list-instances']), '--query', '[].instanceId')).toEqual(['0']);
    expect(await az(...on(['get-instance-view']), '--query', 'statuses[].code')).toEqual(['ProvisioningState/succeeded']);
    const provider = await cluster.kubectl('get', 'nodes', '-o', 'jsonpath={.items[0].spec.providerID}');
    expect(provider.stdout.toLowerCase()).toBe(`azure://${set.id}/virtualmachines/0`.toLowerCase());
  });

  it('there are no machines outside scale sets', async () => {
    expect(await az('vm', 'list')).toEqual([]);
    expect(await az('vm', 'list', '-g', cluster.nodeGroup)).toEqual([]);
    expect(await refused('vm', 'show', '-g', cluster.nodeGroup, '-n', 'none')).toContain(
      `The Resource 'Microsoft.Compute/virtualMachines/none' under resource group '${cluster.nodeGroup}' was not found.`,
    );
  });

  it('creating and deleting are refused, and so is every change but that of identities and tags', async () => {
    const url = (name: string) =>
      `https://management.azure.com/subscriptions/${world.subscriptionId}/resourceGroups/pods/providers/Microsoft.Compute/virtualMachineScaleSets/${name}?api-version=2024-07-01`;
    expect(
      await refused(
        'rest',
        '--method',
        'put',
        '--url',
        url('mine'),
        '--body',
        '{"location":"westeurope","sku":{"name":"Standard_B1s","capacity":1}}',
      ),
    ).toContain("The virtual machine scale set 'mine' does not exist, and scale sets are not created by themselves here");
    expect(await refused(...on(['delete']))).toContain('DenyAssignmentAuthorizationFailed');
    expect(await refused(...on(['scale'], '--new-capacity', '5'))).toContain('PropertyChangeNotAllowed');
    expect(await refused('vmss', 'show', '-g', cluster.nodeGroup, '-n', 'none')).toContain('was not found');
    expect(await az(...on(['show'], '--query', 'sku.capacity'))).toBe(1);
  });

  it('an identity that is not there or no identity at all is refused as a whole', async () => {
    expect(await refused(...on(['identity', 'assign'], '--identities', `${identity.id}x`, identity.id))).toContain(
      'FailedIdentityOperation',
    );
    expect(await refused(...on(['identity', 'assign'], '--identities', cluster.id))).toContain('LinkedInvalidPropertyId');
    expect(idsOf(await az(...on(['identity', 'show'])))).toHaveLength(1);
  });

  it('somebody who may change the set but not use the identity is refused', async () => {
    const scope = `/subscriptions/${world.subscriptionId}/resourceGroups/${cluster.nodeGroup}`;
    const line = 'ad sp create-for-rbac -n machine-operator --scopes'.split(' ');
    const made = (await az(...line, scope, '--role', 'Virtual Machine Contributor')) as Record<'appId' | 'password' | 'tenant', string>;
    const folder = `${world.platform.data}/operator`;
    const operator = (...args: string[]) => world.platform.run('az', args, { env: { AZURE_CONFIG_DIR: folder } });
    const login = await operator('login', '--service-principal', '-u', made.appId, '-p', made.password, '--tenant', made.tenant);
    expect(login.code, said(login)).toBe(0);
    const assigned = await operator(...on(['identity', 'assign'], '--identities', identity.id));
    expect(assigned.code, said(assigned)).toBe(1);
    expect(assigned.stderr).toContain('LinkedAuthorizationFailed');
    expect(assigned.stderr).toContain('Microsoft.ManagedIdentity/userAssignedIdentities/assign/action');
    expect(idsOf(await az(...on(['identity', 'show'])))).toHaveLength(1);
    const grant = `role assignment create --assignee ${made.appId} --scope ${identity.id}`.split(' ');
    await az(...grant, '--role', 'Managed Identity Operator');
    const allowed = await operator(...on(['identity', 'assign'], '--identities', identity.id));
    expect(allowed.code, said(allowed)).toBe(0);
    await az(...on(['identity', 'remove'], '--identities', identity.id));
  });

  it('an assigned identity is the node’s: pods get its tokens of the metadata service until it is removed', async () => {
    const asks = [tokenAsk({ client_id: identity.clientId }), tokenAsk()];
    const [before, kubelet] = await askMetadata(cluster, { name: 'before' }, asks);
    expect([before?.status, before?.body]).toEqual([400, '{"error":"invalid_request","error_description":"Identity not found"}']);
    expect(kubelet?.status, kubelet?.body).toBe(200);

    await az(...on(['identity', 'assign'], '--identities', identity.id));
    const shown = await az(...on(['identity', 'show']));
    expect(shown).toMatchObject({ type: 'UserAssigned' });
    expect(withoutCase(idsOf(shown))).toContain(identity.id.toLowerCase());
    const [after, unnamed] = await askMetadata(cluster, { name: 'after' }, asks);
    expect(after?.status, after?.body).toBe(200);
    expect(objectIdOf(after?.body)).toBe(identity.principalId);
    expect(unnamed?.status).toBe(400);
    expect(unnamed?.body).toContain('Multiple user assigned identities exist');

    await az(...on(['identity', 'remove'], '--identities', identity.id));
    expect(withoutCase(idsOf(await az(...on(['identity', 'show']))))).not.toContain(identity.id.toLowerCase());
    const [gone] = await askMetadata(cluster, { name: 'gone' }, asks);
    expect([gone?.status, gone?.body]).toEqual([400, '{"error":"invalid_request","error_description":"Identity not found"}']);
  });

  it('the system-assigned identity of the set is the default one', async () => {
    await az(...on(['identity', 'assign']));
    const shown = (await az(...on(['identity', 'show']))) as ScaleSet['identity'];
    expect(shown).toMatchObject({ type: 'SystemAssigned, UserAssigned', principalId: expect.any(String) as unknown });
    const [reply] = await askMetadata(cluster, { name: 'system' }, [tokenAsk()]);
    expect(reply?.status, reply?.body).toBe(200);
    expect(objectIdOf(reply?.body)).toBe(shown?.principalId);
    await az(...on(['identity', 'remove']));
    expect(await az(...on(['identity', 'show']))).toMatchObject({ type: 'UserAssigned' });
  });
});
