import { graphAppId } from '@podpass/directory';
import { newGuid } from '@podpass/kernel';
import { beforeAll, describe, expect, it } from 'vitest';
import { certificateOne, certificateTwo } from './testing/certificates.ts';
import { createWorld, type Answered, type World } from '../../testing/world.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});

/** Every request must do what the command expects: nothing but success. */
const good = async (request: string, body?: unknown): Promise<Answered> => {
  const [method = '', path = ''] = request.split(/ (.*)/s);
  const answer = await world.ask(path, { method, body });
  expect(answer.status, `${request} ${answer.text}`).toBeLessThan(300);
  return answer;
};
const filter = (text: string) => encodeURIComponent(text);
const findByAppId = async (appId: string) => {
  const { value } = await good(`GET applications?$filter=${filter(`appId eq '${appId}'`)}`);
  return String(value[0]?.['id']);
};
const findPrincipal = async (name: string) => {
  const { value } = await good(`GET servicePrincipals?$filter=${filter(`servicePrincipalNames/any(c:c eq '${name}')`)}`);
  return String(value[0]?.['id']);
};
const secret = (displayName: string | null) => ({
  passwordCredential: { displayName, endDateTime: '2100-01-01T00:00:00Z', startDateTime: '2026-01-01T00:00:00Z' },
});
const key = (displayName: string | null, certificate: string) => ({
  '@odata.type': '#microsoft.graph.keyCredential',
  displayName,
  endDateTime: '2100-01-01T00:00:00Z',
  key: `${certificate.replaceAll(/(.{64})/g, '$1\n')}\n`,
  keyId: newGuid(),
  startDateTime: '2026-01-01T00:00:00Z',
  type: 'AsymmetricX509Cert',
  usage: 'Verify',
});
const create = async (body: Record<string, unknown>) => {
  const name = String(body['displayName']);
  expect((await good(`GET applications?$filter=${filter(`startswith(displayName,'${name}')`)}`)).value).toEqual([]);
  return (await good('POST applications', { keyCredentials: [], ...body })).body as { id: string; appId: string };
};

/** The requests that commands of the Azure CLI send, in their order, with their bodies. */
describe('the requests of az', () => {
  it('ad sp create-for-rbac, with a secret, twice', async () => {
    expect((await good(`GET servicePrincipals?$filter=${filter("displayName eq 'rbac'")}`)).value).toEqual([]);
    const { id, appId } = await create({ displayName: 'rbac' });
    const { body } = await good(`POST applications/${id}/addPassword`, secret('rbac'));
    expect(body['secretText']).toEqual(expect.any(String));
    await good('POST servicePrincipals', { appId, accountEnabled: true });

    const again = await good(`GET servicePrincipals?$filter=${filter("displayName eq 'rbac'")}`);
    expect(again.value).toMatchObject([{ appId }]);
    expect((await good(`GET applications?$filter=${filter("startswith(displayName,'rbac')")}`)).value).toMatchObject([{ id }]);
    await good(`PATCH applications/${id}`, { displayName: 'rbac' });
    const { body: present } = await good(`GET applications/${id}`);
    for (const { keyId } of present['passwordCredentials'] as { keyId: string }[])
      await good(`POST applications/${id}/removePassword`, { keyId });
    await good(`POST applications/${id}/addPassword`, secret('rbac'));
    expect((await good(`GET applications/${id}`)).body['passwordCredentials']).toHaveLength(1);
  });

  it('ad sp create-for-rbac --create-cert', async () => {
    const { id, appId } = await create({ displayName: 'rbac-cert', keyCredentials: [key(null, certificateOne)] });
    await good('POST servicePrincipals', { appId, accountEnabled: true });
    expect((await good(`GET applications/${id}`)).body).toMatchObject({
      keyCredentials: [{ key: null, usage: 'Verify' }],
      passwordCredentials: [],
    });
  });

  it('ad app create, update, show, list, delete', async () => {
    const { appId } = await create({
      displayName: 'web',
      signInAudience: 'AzureADMyOrg',
      isFallbackPublicClient: false,
      api: { requestedAccessTokenVersion: 2 },
      web: {
        homePageUrl: 'https://web.example',
        redirectUris: ['https://web.example/cb'],
        implicitGrantSettings: { enableIdTokenIssuance: true },
      },
      publicClient: { redirectUris: ['http://localhost'] },
      appRoles: [{ allowedMemberTypes: ['User'], description: 'd', displayName: 'n', isEnabled: true, value: 'writer', id: newGuid() }],
      requiredResourceAccess: [{ resourceAppId: graphAppId, resourceAccess: [{ id: newGuid(), type: 'Scope' }] }],
    });
    const id = await findByAppId(appId);
    await good(`GET applications/${id}`);
    await good(`PATCH applications/${id}`, { identifierUris: [`api://${appId}`], web: { redirectUris: ['https://web.example/two'] } });
    const found = await good(`GET applications?$filter=${filter(`identifierUris/any(s:s eq 'api://${appId}')`)}`);
    expect(found.value).toMatchObject([{ id, web: { homePageUrl: 'https://web.example', redirectUris: ['https://web.example/two'] } }]);
    await good('GET applications');
    await good('GET me/ownedObjects');
    await good(`DELETE applications/${id}`);
  });

  it('ad app credential reset, list and delete, with secrets and certificates', async () => {
    const { id } = await create({ displayName: 'reset' });
    await good(`POST applications/${id}/addPassword`, secret(null));
    await good(`PATCH applications/${id}`, { keyCredentials: [key('first', certificateOne)] });
    // --append: what `show` gave, with key null, and one more.
    const { body } = await good(`GET applications/${id}`);
    await good(`PATCH applications/${id}`, { keyCredentials: [...(body['keyCredentials'] as object[]), key('second', certificateTwo)] });
    const { body: two } = await good(`GET applications/${id}`);
    const keys = two['keyCredentials'] as { displayName: string }[];
    expect(keys.map(({ displayName }) => displayName)).toEqual(['first', 'second']);
    await good(`PATCH applications/${id}`, { keyCredentials: keys.slice(1) });
    const [stored] = two['passwordCredentials'] as { keyId: string }[];
    await good(`POST applications/${id}/removePassword`, { keyId: stored?.keyId });
    expect((await good(`GET applications/${id}`)).body).toMatchObject({
      keyCredentials: [{ displayName: 'second' }],
      passwordCredentials: [],
    });
  });

  it('ad app owner, federated-credential', async () => {
    const { id } = await create({ displayName: 'owned' });
    await good(`GET applications/${id}/owners`);
    await good(`POST applications/${id}/owners/$ref`, {
      '@odata.id': `https://graph.microsoft.com/v1.0/directoryObjects/${world.idOf('bob')}`,
    });
    await good(`DELETE applications/${id}/owners/${world.idOf('bob')}/$ref`);
    const list = `applications/${id}/federatedIdentityCredentials`;
    const credential = {
      name: 'Testing',
      issuer: 'https://token.actions.githubusercontent.com',
      subject: 's',
      description: 'd',
      audiences: ['a'],
    };
    await good(`POST ${list}`, credential);
    await good(`GET ${list}`);
    await good(`GET ${list}/Testing`);
    await good(`PATCH ${list}/Testing`, { ...credential, subject: 't' });
    await good(`DELETE ${list}/Testing`);
    expect((await good(`GET ${list}`)).value).toEqual([]);
  });

  it('ad app permission add, list, grant, list-grants, delete', async () => {
    const { id, appId } = await create({ displayName: 'permitted' });
    await good('POST servicePrincipals', { appId, accountEnabled: true });
    const requiredResourceAccess = [{ resourceAppId: graphAppId, resourceAccess: [{ id: newGuid(), type: 'Scope' }] }];
    await good(`PATCH applications/${id}`, { requiredResourceAccess });
    expect((await good(`GET applications/${id}`)).body).toMatchObject({ requiredResourceAccess });
    const [clientId, resourceId] = [await findPrincipal(appId), await findPrincipal(graphAppId)];
    const grants = `GET oauth2PermissionGrants?$filter=${filter(`clientId eq '${clientId}'`)}`;
    expect((await good(grants)).value).toEqual([]);
    const grant = { clientId, consentType: 'AllPrincipals', principalId: null, resourceId, scope: 'User.Read' };
    await good('POST oauth2PermissionGrants', grant);
    const [present] = (await good(grants)).value;
    await good(`GET servicePrincipals/${resourceId}`);
    await good(`DELETE oAuth2PermissionGrants/${String(present?.['id'])}`);
    await good(`PATCH applications/${id}`, { requiredResourceAccess: [] });
  });

  it('ad sp create, update, credential, owner list, delete', async () => {
    const { appId } = await create({ displayName: 'sp' });
    const id = String((await good('POST servicePrincipals', { appId, accountEnabled: true })).body['id']);
    expect(await findPrincipal(appId)).toBe(id);
    await good(`PATCH servicePrincipals/${id}`, { accountEnabled: false });
    await good(`POST servicePrincipals/${id}/addPassword`, secret(null));
    await good(`PATCH servicePrincipals/${id}`, { keyCredentials: [key(null, certificateOne)] });
    const { body } = await good(`GET servicePrincipals/${id}`);
    expect(body).toMatchObject({ accountEnabled: false, keyCredentials: [{ key: null }] });
    for (const { keyId } of body['passwordCredentials'] as { keyId: string }[])
      await good(`POST servicePrincipals/${id}/removePassword`, { keyId });
    await good(`GET servicePrincipals/${id}/owners`);
    await good(`GET servicePrincipals?$filter=${filter("startswith(displayName,'sp')")}`);
    await good(`DELETE servicePrincipals/${id}`);
  });
});
