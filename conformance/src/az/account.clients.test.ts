import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clientsAvailable } from '../platform/available.ts';
import { said } from '../platform/platform.ts';
import { createAzWorld, type AzWorld } from './world.ts';

describe.skipIf(!clientsAvailable)('az account, group, ad', () => {
  let world: AzWorld;
  const subscription = () => world.platform.admin.subscriptionId;

  beforeAll(async () => {
    world = await createAzWorld('az-account');
  });
  afterAll(async () => {
    await world?.[Symbol.asyncDispose]();
  });

  it('account show, list, set', async () => {
    const { tenantId, userPrincipalName } = world.platform.admin;
    const account = {
      environmentName: 'AzureCloud',
      id: subscription(),
      isDefault: true,
      state: 'Enabled',
      tenantId,
      user: { name: userPrincipalName, type: 'user' },
    };
    expect(await world.az('account', 'show')).toMatchObject(account);
    expect(await world.az('account', 'list', '--refresh')).toMatchObject([
      { id: account.id, tenantId, isDefault: true, state: 'Enabled', user: account.user },
    ]);
    await world.az('account', 'set', '--subscription', subscription());
    expect(await world.refused(1, 'account', 'set', '--subscription', 'nope')).toContain(
      "The subscription of 'nope' doesn't exist in cloud 'AzureCloud'.",
    );
  });

  it('account get-access-token gives a token of this tenant', async () => {
    const token = await world.query('accessToken', 'account', 'get-access-token');
    expect(JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'))).toMatchObject({
      tid: world.platform.admin.tenantId,
      aud: 'https://management.core.windows.net/',
    });
  });

  it('ad signed-in-user show', async () => {
    const user = await world.az('ad', 'signed-in-user', 'show');
    expect(user).toMatchObject({ userPrincipalName: world.platform.admin.userPrincipalName, id: expect.stringMatching(/^[\da-f-]{36}$/) });
    expect(user).not.toHaveProperty('objectId');
  });

  it('group create, show, list, exists, delete', async () => {
    const name = `g-${world.suffix}`;
    const at = `/subscriptions/${subscription()}/resourceGroups/${name}`;
    const group = {
      id: at,
      location: 'northeurope',
      managedBy: null,
      name,
      properties: { provisioningState: 'Succeeded' },
      tags: { a: 'b' },
      type: 'Microsoft.Resources/resourceGroups',
    };
    expect(await world.az('group', 'exists', '-n', name)).toBe(false);
    expect(await world.refused(3, 'group', 'show', '-n', name)).toContain(
      `(ResourceGroupNotFound) Resource group '${name}' could not be found.`,
    );
    expect(await world.az('group', 'create', '-n', name, '-l', 'northeurope', '--tags', 'a=b')).toEqual(group);
    expect(await world.az('group', 'show', '-n', name.toUpperCase())).toMatchObject({ location: 'northeurope' });
    expect(await world.az('group', 'exists', '-n', name)).toBe(true);
    expect(await world.query('[].name', 'group', 'list')).toContain(name);
    expect(await world.refused(1, 'group', 'create', '-n', name, '-l', 'westeurope')).toContain('(InvalidResourceGroupLocation)');
    await world.az('group', 'delete', '-n', name, '--yes');
    expect(await world.az('group', 'exists', '-n', name)).toBe(false);
    expect(await world.refused(3, 'group', 'delete', '-n', name, '--yes')).toContain('(ResourceGroupNotFound)');
  });

  it('a location that does not exist, and a name that is none', async () => {
    expect(await world.refused(1, 'group', 'create', '-n', 'x', '-l', 'atlantis')).toContain(
      "(LocationNotAvailableForResourceGroup) The provided location 'atlantis' is not available for resource group.",
    );
    expect(await world.refused(1, 'group', 'create', '-n', 'ends-with-dot.', '-l', 'westeurope')).toMatch(
      /\(InvalidResourceGroup(Name)?\)|\(ResourceGroupNameInvalid|\(Invalid/,
    );
  });

  it('a wrong password and a wrong secret are refused in the words of Azure', async () => {
    const { userPrincipalName, servicePrincipal, tenantId } = world.platform.admin;
    expect(await world.refused(1, 'login', '-u', userPrincipalName, '-p', 'wrong')).toContain(
      'AADSTS50126: Error validating credentials due to invalid username or password.',
    );
    expect(
      await world.refused(1, 'login', '--service-principal', '-u', servicePrincipal.appId, '-p', 'wrong', '--tenant', tenantId),
    ).toContain(
      `AADSTS7000215: Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '${servicePrincipal.appId}'.`,
    );
    const nobody = crypto.randomUUID();
    expect(await world.refused(1, 'login', '--service-principal', '-u', nobody, '-p', 'x', '--tenant', tenantId)).toContain(
      `AADSTS700016: Application with identifier '${nobody}' was not found`,
    );
    expect(await world.refused(1, 'login', '--service-principal', '-u', nobody, '-p', 'x', '--tenant', 'nowhere.example')).toMatch(
      /AADSTS90002|Unable to get authority configuration/,
    );
  });

  it('sign-in as the automation principal', async () => {
    const result = await world.login('--service-principal');
    expect(result.code, said(result)).toBe(0);
    expect(result.stdout + result.stderr).not.toContain(world.platform.admin.servicePrincipal.secret);
    expect(await world.az('account', 'show')).toMatchObject({
      user: { name: world.platform.admin.servicePrincipal.appId, type: 'servicePrincipal' },
    });
    expect(await world.query('length(@)', 'group', 'list')).toBe('1');
    expect(await world.refused(1, 'ad', 'signed-in-user', 'show')).toContain(
      '/me request is only valid with delegated authentication flow.',
    );
  });
});
