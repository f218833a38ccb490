import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAzWorld, type AzWorld } from '../az/world.ts';
import { clientsAvailable } from '../platform/available.ts';
import { said } from '../platform/platform.ts';
import { armHost, armOf, call, openEdge } from '../wire/azure.ts';

const preview: readonly string[] = ['--namespace', 'Microsoft.ContainerService', '--name', 'EnablePodIdentityPreview'];
const apiVersion = '2025-10-01';

interface Answer {
  readonly status: number;
  readonly error: { readonly code?: string; readonly message?: string };
}

describe.skipIf(!clientsAvailable)('the preview feature of pod identity', () => {
  let world: AzWorld;
  let put: (cluster: string, profile: object) => Promise<Answer>;

  beforeAll(async () => {
    world = await createAzWorld('az-feature');
    const { platform, group } = world;
    const arm = await armOf(await openEdge(platform.data), platform);
    put = async (cluster, podIdentityProfile) => {
      const id = `/subscriptions/${platform.admin.subscriptionId}/resourceGroups/${group}/providers/Microsoft.ContainerService/managedClusters/${cluster}`;
      const { status, body } = await arm.send('PUT', `${id}?api-version=${apiVersion}`, {
        location: 'westeurope',
        identity: { type: 'SystemAssigned' },
        properties: { dnsPrefix: cluster, agentPoolProfiles: [{ name: 'pool', count: 1, mode: 'System' }], podIdentityProfile },
      });
      return { status, error: (JSON.parse(body) as { error?: Answer['error'] }).error ?? {} };
    };
  });
  afterAll(() => world?.[Symbol.asyncDispose]());

  const state = () => world.query('properties.state', 'feature', 'show', ...preview);
  const refused = { status: 400, error: expect.objectContaining({ code: 'PodIdentityAddonFeatureFlagNotEnabled' }) as unknown };

  it('is not registered, and clusters are refused in the words of the provider', async () => {
    expect(await state()).toBe('NotRegistered');
    const answer = await put('early', { enabled: true });
    expect(answer).toMatchObject(refused);
    expect(answer.error.message).toBe(
      "PodIdentity addon is not allowed since feature 'Microsoft.ContainerService/EnablePodIdentityPreview' is not enabled.",
    );
    expect(await world.az('aks', 'list')).toEqual([]);
  });

  it('is refused to somebody without a role, and to nobody’s token', async () => {
    const { platform } = world;
    const edge = await openEdge(platform.data);
    const target = `/subscriptions/${platform.admin.subscriptionId}/providers/Microsoft.Features/providers/Microsoft.ContainerService/features/EnablePodIdentityPreview/register?api-version=2021-07-01`;
    const nobody = await call(edge, { method: 'POST', host: armHost, path: target });
    expect(nobody.status).toBe(401);
    const name = `reader-${world.suffix}`;
    const scope = `/subscriptions/${platform.admin.subscriptionId}`;
    const made = (await world.az('ad', 'sp', 'create-for-rbac', '-n', name, '--role', 'Reader', '--scopes', scope)) as Record<
      'appId' | 'password' | 'tenant',
      string
    >;
    const reader = await armOf(edge, {
      admin: { ...platform.admin, servicePrincipal: { appId: made.appId, secret: made.password } },
    });
    expect((await reader.send('GET', target.replace('/register', ''))).status).toBe(200);
    const answer = await reader.send('POST', target);
    expect(answer.status).toBe(403);
    expect(answer.body).toContain('AuthorizationFailed');
    expect(answer.body).toContain('Microsoft.Features/providers/features/register/action');
    expect(await state()).toBe('NotRegistered');
  });

  it('has a name that must be right', async () => {
    for (const verb of ['register', 'show', 'unregister']) {
      expect(await world.refused(3, 'feature', verb, '--namespace', 'Microsoft.ContainerService', '--name', 'NoSuchPreview')).toContain(
        "The feature 'NoSuchPreview' could not be found.",
      );
    }
    expect(await world.refused(3, 'feature', 'show', '--namespace', 'Microsoft.Nowhere', '--name', 'EnablePodIdentityPreview')).toContain(
      'EnablePodIdentityPreview',
    );
  });

  it('register: on its way in its own answer, registered in the next; az says how to go on', async () => {
    const result = await world.raw('feature', 'register', ...preview);
    expect(result.code, said(result)).toBe(0);
    expect(JSON.parse(result.stdout)).toMatchObject({
      id: `/subscriptions/${world.platform.admin.subscriptionId}/providers/Microsoft.Features/providers/Microsoft.ContainerService/features/EnablePodIdentityPreview`,
      name: 'Microsoft.ContainerService/EnablePodIdentityPreview',
      type: 'Microsoft.Features/providers/features',
      properties: { state: 'Registering' },
    });
    expect(result.stderr).toContain("Once the feature 'EnablePodIdentityPreview' is registered");
    expect(result.stderr).toContain("'az provider register -n Microsoft.ContainerService'");
    expect(await state()).toBe('Registered');
    expect(await world.query('properties.state', 'feature', 'register', ...preview)).toBe('Registered');
  });

  it('list: by namespace and altogether, as the articles query it', async () => {
    const query = "[?contains(name, 'Microsoft.ContainerService/EnablePodIdentityPreview')].properties.state";
    expect(await world.query(query, 'feature', 'list', '--namespace', 'Microsoft.ContainerService')).toBe('["Registered"]');
    expect(await world.query(query, 'feature', 'list')).toBe('["Registered"]');
    expect(await world.az('feature', 'list', '--namespace', 'Microsoft.Compute')).toEqual([]);
  });

  it('provider register and show', async () => {
    await world.az('provider', 'register', '--namespace', 'Microsoft.ContainerService');
    expect(await world.query('registrationState', 'provider', 'show', '-n', 'Microsoft.ContainerService')).toBe('Registered');
    expect(await world.refused(3, 'provider', 'show', '-n', 'Microsoft.Nowhere')).toContain('Microsoft.Nowhere');
    await world.az('provider', 'unregister', '--namespace', 'Microsoft.ContainerService');
    const answer = await put('unregistered', { enabled: true });
    expect(answer).toMatchObject({ status: 409, error: { code: 'MissingSubscriptionRegistration' } });
    await world.az('provider', 'register', '--namespace', 'Microsoft.ContainerService');
  });

  it('feature registration: the same state in the newer form', async () => {
    expect(await world.query('properties.state', 'feature', 'registration', 'show', ...preview.with(0, '--provider-namespace'))).toBe(
      'Registered',
    );
    expect(await world.query('[].name', 'feature', 'registration', 'list')).toBe('["EnablePodIdentityPreview"]');
    await world.az('feature', 'registration', 'delete', ...preview, '--yes');
    expect(await state()).toBe('Unregistered');
    const again = await world.query('properties.state', 'feature', 'registration', 'create', ...preview);
    expect(again).toBe('Registering');
    expect(await state()).toBe('Registered');
  });

  it('opens clusters once it is registered, and unregistering closes them to new ones only', async () => {
    expect((await put('open', { enabled: true })).status).toBe(201);
    await world.az('aks', 'wait', '-g', world.group, '-n', 'open', '--created', '--interval', '1');
    expect(await world.query('podIdentityProfile.enabled', 'aks', 'show', '-g', world.group, '-n', 'open')).toBe('true');
    expect(await world.query('properties.state', 'feature', 'unregister', ...preview)).toBe('Unregistering');
    expect(await state()).toBe('Unregistered');
    expect(await put('late', { enabled: true })).toMatchObject(refused);
    const kept = await world.az('aks', 'update', '-g', world.group, '-n', 'open', '--tags', 'a=b');
    expect(kept).toMatchObject({ tags: { a: 'b' }, podIdentityProfile: { enabled: true }, provisioningState: 'Succeeded' });
    expect((await put('open', { enabled: false })).status).toBe(200);
    await world.az('aks', 'wait', '-g', world.group, '-n', 'open', '--updated', '--interval', '1');
    expect(await put('open', { enabled: true })).toMatchObject(refused);
  });
});
