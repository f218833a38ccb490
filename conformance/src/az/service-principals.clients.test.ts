import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clientsAvailable } from '../platform/available.ts';
import { said } from '../platform/platform.ts';
import { createAzWorld, type AzWorld } from './world.ts';

const guid = expect.stringMatching(/^[\da-f-]{36}$/);

describe.skipIf(!clientsAvailable)('az ad sp', () => {
  let world: AzWorld;
  beforeAll(async () => {
    world = await createAzWorld('az-principals');
  });
  afterAll(() => world?.[Symbol.asyncDispose]());

  const scope = () => `/subscriptions/${world.platform.admin.subscriptionId}/resourceGroups/${world.group}`;
  const loginAs = (folder: string, ...args: string[]) =>
    world.platform.run('az', ['login', '--service-principal', '--tenant', world.platform.admin.tenantId, ...args], {
      env: { AZURE_CONFIG_DIR: `${world.platform.data}/${folder}` },
    });

  it('create-for-rbac makes a principal that may do what its role says, and no more', async () => {
    const made = (await world.ad(`sp create-for-rbac --name builder --role Reader --scopes ${scope()}`)) as Record<string, string>;
    expect(made).toMatchObject({
      appId: guid,
      displayName: 'builder',
      password: expect.any(String),
      tenant: world.platform.admin.tenantId,
    });
    const wrong = await loginAs('wrong', '--username', made['appId']!, '--password', `${made['password']}x`);
    expect(wrong.stderr).toContain('AADSTS7000215');
    const login = await loginAs('builder', '--username', made['appId']!, '--password', made['password']!);
    expect(login.code, said(login)).toBe(0);
    const as = (...args: string[]) => world.platform.run('az', args, { env: { AZURE_CONFIG_DIR: `${world.platform.data}/builder` } });
    expect((await as('group', 'show', '--name', world.group)).code).toBe(0);
    expect((await as('identity', 'create', '-g', world.group, '-n', 'no')).stderr).toContain('AuthorizationFailed');
    // A principal without Graph permissions sees nothing of the directory.
    expect((await as('ad', 'user', 'list')).stderr).toContain('Insufficient privileges to complete the operation.');
  });

  it('create-for-rbac with a certificate signs in with it', async () => {
    const made = (await world.ad('sp create-for-rbac --name signer --create-cert')) as Record<string, string>;
    const file = made['fileWithCertAndPrivateKey']!;
    const login = await loginAs('signer', '--username', made['appId']!, '--certificate', file, '--allow-no-subscriptions');
    expect(login.code, said(login)).toBe(0);
    const [{ keyId }] = (await world.ad(`app credential list --cert --id ${made['appId']}`)) as [{ keyId: string }];
    await world.ad(`app credential delete --cert --id ${made['appId']} --key-id ${keyId}`);
    const gone = await loginAs('signer-again', '--username', made['appId']!, '--certificate', file, '--allow-no-subscriptions');
    expect(gone.stderr).toContain('AADSTS700027');
  });

  it('show, list, update, owners, delete', async () => {
    const [{ appId, id }] = (await world.ad('sp list --display-name builder')) as [{ appId: string; id: string }];
    expect(await world.ad(`sp show --id ${appId}`)).toMatchObject({ id, appId, servicePrincipalType: 'Application' });
    expect(await world.ad(`sp show --id ${id} --query appId`)).toBe(appId);
    expect(await world.ad(`sp list --spn ${appId} --query [].id`)).toEqual([id]);
    expect(await world.ad('sp list --all --query length(@)')).toBeGreaterThan(4);
    expect(await world.ad('sp list --query [].appId --filter', "displayName eq 'Microsoft Graph'")).toEqual([
      '00000003-0000-0000-c000-000000000000',
    ]);
    await world.ad(`sp update --id ${appId} --set notes=mine`);
    expect(await world.ad(`sp show --id ${appId} --query notes`)).toBe('mine');
    expect(await world.ad(`sp owner list --id ${appId}`)).toEqual(expect.any(Array));
    await world.ad(`sp delete --id ${appId}`);
    expect(await world.adRefused(3, `sp show --id ${appId}`)).toMatch(/not exist|doesn't exist/);
  });

  it("a managed identity's principal cannot be deleted here", async () => {
    const principal = await world.query('principalId', 'identity', 'create', '-g', world.group, '-n', 'kept');
    expect(await world.ad(`sp show --id ${principal} --query servicePrincipalType`)).toBe('ManagedIdentity');
    expect(await world.adRefused(1, `sp delete --id ${principal}`)).not.toBe('');
    expect(await world.ad(`sp show --id ${principal} --query id`)).toBe(principal);
  });
});
