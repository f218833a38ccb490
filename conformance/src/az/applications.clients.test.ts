import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clientsAvailable } from '../platform/available.ts';
import { createAzWorld, type AzWorld } from './world.ts';

const guid = expect.stringMatching(/^[\da-f-]{36}$/);
const graph = '00000003-0000-0000-c000-000000000000';
const directoryRead = '7ab1d382-f21e-4acd-a863-ba3e13f7da61';
const userRead = 'e1fe6dd8-ba31-4d61-89e7-88639da4683d';

describe.skipIf(!clientsAvailable)('az ad app', () => {
  let world: AzWorld;
  let appId = '';
  let objectId = '';

  beforeAll(async () => {
    world = await createAzWorld('az-apps');
    const app = (await world.ad('app create --display-name web --web-redirect-uris https://web.example/callback')) as Record<
      string,
      string
    >;
    [appId, objectId] = [String(app['appId']), String(app['id'])];
  });
  afterAll(() => world?.[Symbol.asyncDispose]());

  it('refuses what Entra refuses', async () => {
    expect(await world.adRefused(1, `app update --id ${appId} --identifier-uris no-uri`)).toMatch(/identifierUris|identifier/i);
    expect(await world.adRefused(1, `app update --id ${appId} --web-redirect-uris javascript:alert(1)`)).toMatch(/redirect|web/i);
    expect(await world.adRefused(3, 'app show --id 00000000-0000-0000-0000-000000000001')).toMatch(/not exist|doesn't exist/);
  });

  it('show, list, update', async () => {
    await world.ad(`app update --id ${appId} --identifier-uris api://${appId} --set notes=changed`);
    expect(await world.ad(`app show --id api://${appId}`)).toMatchObject({ appId, notes: 'changed', identifierUris: [`api://${appId}`] });
    expect(await world.ad(`app show --id ${objectId}`)).toMatchObject({
      appId,
      id: objectId,
      displayName: 'web',
      signInAudience: 'AzureADMyOrg',
    });
    for (const by of [`--app-id ${appId}`, `--identifier-uri api://${appId}`, '--display-name we', '--show-mine', '--all'])
      expect(await world.ad(`app list ${by} --query [].appId`), by).toContain(appId);
    await world.ad('app create --display-name web --sign-in-audience AzureADMultipleOrgs');
    // The name is known already: az changes the application instead of making a second one.
    expect(await world.ad(`app show --id ${appId} --query signInAudience`)).toBe('AzureADMultipleOrgs');
  });

  it('credentials: secrets are shown once, certificates never with a key', async () => {
    const reset = (await world.ad(`app credential reset --id ${appId} --display-name first`)) as Record<string, string>;
    expect(reset).toMatchObject({ appId, password: expect.stringMatching(/^.{40}$/) });
    const listed = await world.ad(`app credential list --id ${appId}`);
    expect(listed).toMatchObject([{ displayName: 'first', hint: reset['password']!.slice(0, 3), secretText: null }]);
    expect(JSON.stringify(await world.ad(`app show --id ${appId}`))).not.toContain(reset['password']);
    const [{ keyId }] = listed as [{ keyId: string }];
    const made = (await world.ad(`app credential reset --id ${appId} --create-cert --append`)) as Record<string, string>;
    expect(made['fileWithCertAndPrivateKey']).toMatch(/\.pem$/);
    expect(await world.ad(`app credential list --id ${appId} --cert`)).toMatchObject([{ type: 'AsymmetricX509Cert', usage: 'Verify' }]);
    await world.ad(`app credential delete --id ${appId} --key-id ${keyId}`);
    expect(await world.ad(`app credential list --id ${appId}`)).toEqual([]);
  });

  it('federated credentials', async () => {
    const body = { name: 'builds', issuer: 'https://issuer.example/', subject: 'repo:one', audiences: ['api://AzureADTokenExchange'] };
    const put = (verb: string, parameters: object, ...more: string[]) =>
      ['ad', 'app', 'federated-credential', verb, '--id', appId, '--parameters', JSON.stringify(parameters), ...more] as const;
    expect(await world.az(...put('create', { ...body, description: 'builds' }))).toMatchObject({ ...body, id: guid });
    expect(await world.refused(1, ...put('create', { ...body, name: 'twin' }))).toMatch(/issuer and subject|already exists/i);
    expect(await world.refused(1, ...put('create', { ...body, name: 'x' }))).toMatch(/name/i);
    await world.az(...put('update', { ...body, subject: 'repo:two' }, '--federated-credential-id', 'builds'));
    expect(await world.ad(`app federated-credential show --id ${appId} --federated-credential-id builds`)).toMatchObject({
      subject: 'repo:two',
    });
    expect(await world.ad(`app federated-credential list --id ${appId} --query [].name`)).toEqual(['builds']);
    await world.ad(`app federated-credential delete --id ${appId} --federated-credential-id builds`);
    expect(await world.ad(`app federated-credential list --id ${appId}`)).toEqual([]);
  });

  it('permissions and grants', async () => {
    await world.ad(`app permission add --id ${appId} --api ${graph} --api-permissions ${userRead}=Scope`);
    expect(await world.ad(`app permission list --id ${appId}`)).toMatchObject([
      { resourceAppId: graph, resourceAccess: [{ id: userRead, type: 'Scope' }] },
    ]);
    expect(await world.adRefused(1, `app permission grant --id ${appId} --api ${graph} --scope User.Read`)).toContain('does not exist');
    await world.ad(`sp create --id ${appId}`);
    await world.ad(`app permission grant --id ${appId} --api ${graph} --scope User.Read`);
    expect(await world.ad(`app permission list-grants --id ${appId}`)).toMatchObject([
      { scope: 'User.Read', consentType: 'AllPrincipals' },
    ]);
    await world.ad(`app permission add --id ${appId} --api ${graph} --api-permissions ${directoryRead}=Role`);
    await world.ad(`app permission admin-consent --id ${appId}`);
    const roles = `https://graph.microsoft.com/v1.0/servicePrincipals(appId='${appId}')/appRoleAssignments`;
    expect(await world.az('rest', '--url', roles, '--query', 'value[].appRoleId')).toEqual([directoryRead]);
    await world.ad(`app permission delete --id ${appId} --api ${graph}`);
    expect(await world.ad(`app permission list --id ${appId}`)).toEqual([]);
  });

  it('owners', async () => {
    const me = await world.query('id', 'ad', 'signed-in-user', 'show');
    expect(await world.ad(`app owner list --id ${appId} --query [].id`)).toContain(me);
    await world.ad(`app owner remove --id ${appId} --owner-object-id ${me}`);
    await world.ad(`app owner add --id ${appId} --owner-object-id ${me}`);
    expect(await world.ad(`app owner list --id ${appId} --query [].id`)).toEqual([me]);
  });

  it('delete takes the service principal with it', async () => {
    await world.ad(`app delete --id ${appId}`);
    expect(await world.adRefused(3, `app show --id ${appId}`)).toMatch(/not exist|doesn't exist/);
    expect(await world.adRefused(3, `sp show --id ${appId}`)).toMatch(/not exist|doesn't exist/);
  });
});
