import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startIssuer, type TestIssuer } from '../issuers/issuer-server.ts';
import { clientsAvailable } from '../platform/available.ts';
import { said } from '../platform/platform.ts';
import { createAzWorld, type AzWorld } from './world.ts';

const subject = 'repo:contoso/app:ref:refs/heads/main';

/** Every way of `az login` that needs no browser; those that do are in `browser/`. */
describe.skipIf(!clientsAvailable)('az login', () => {
  let world: AzWorld;
  let issuer: TestIssuer;
  let appId = '';
  let secret = '';
  let pem = '';

  const az = (folder: string, ...args: string[]) =>
    world.platform.run('az', [...args, '--output', 'json'], { env: { AZURE_CONFIG_DIR: path.join(world.platform.data, folder) } });
  const login = (folder: string, ...args: string[]) => az(folder, 'login', ...args);
  const principal = (folder: string, ...args: string[]) =>
    login(folder, '--service-principal', '--tenant', world.platform.admin.tenantId, '--username', appId, ...args);

  beforeAll(async () => {
    world = await createAzWorld('az-login');
    issuer = await startIssuer(world.platform.data);
    const added = await world.platform.podpass('issuer', 'add', issuer.url, '--ca', issuer.caFile);
    if (added.code !== 0) throw new Error(said(added));
    const scope = `/subscriptions/${world.platform.admin.subscriptionId}`;
    const made = (await world.ad(`sp create-for-rbac --name robot --role Reader --scopes ${scope}`)) as Record<string, string>;
    [appId, secret] = [String(made['appId']), String(made['password'])];
    const certified = (await world.ad(`app credential reset --id ${appId} --create-cert --append`)) as Record<string, string>;
    pem = String(certified['fileWithCertAndPrivateKey']);
    const credential = { name: 'builds', issuer: issuer.url, subject, audiences: ['api://AzureADTokenExchange'] };
    await world.ad(`app federated-credential create --id ${appId} --parameters`, JSON.stringify(credential));
  });
  afterAll(async () => {
    await rm(pem, { force: true });
    await issuer?.[Symbol.asyncDispose]();
    await world?.[Symbol.asyncDispose]();
  });

  const user = (folder: string, password: string, ...args: string[]) =>
    login(folder, '--username', world.platform.admin.userPrincipalName, '--password', password, ...args);

  it('refuses a wrong password, a wrong secret, a foreign certificate and a foreign token, in Entra’s words', async () => {
    expect((await user('no', 'wrong')).stderr).toContain('AADSTS50126: Error validating credentials due to invalid username or password.');
    expect((await principal('no', '--password', 'wrong')).stderr).toContain('AADSTS7000215');
    const foreign = path.join(world.platform.data, 'foreign.pem');
    const options = 'req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=foreign'.split(' ');
    await world.platform.run('openssl', [...options, '-keyout', `${foreign}.key`, '-out', `${foreign}.crt`]);
    await writeFile(foreign, `${await readFile(`${foreign}.key`, 'utf8')}${await readFile(`${foreign}.crt`, 'utf8')}`);
    expect((await principal('no', '--certificate', foreign)).stderr).toContain('AADSTS700027');
    const stranger = issuer.token({ sub: 'repo:contoso/app:ref:refs/heads/other' });
    expect((await principal('no', '--federated-token', stranger)).stderr).toContain('AADSTS700213');
  });

  it('refuses a tenant that is not there', async () => {
    const { stderr } = await user('no', world.platform.admin.password, '--tenant', 'nowhere.onmicrosoft.com');
    expect(stderr).toMatch(/nowhere\.onmicrosoft\.com/);
  });

  it.each<[string, () => ReturnType<typeof login>]>([
    ['a user and a password', () => user('ok-user', world.platform.admin.password)],
    ['a user at a tenant by id', () => user('ok-id', world.platform.admin.password, '--tenant', world.platform.admin.tenantId)],
    ['a user at a tenant by domain', () => user('ok-domain', world.platform.admin.password, '--tenant', 'podpass.onmicrosoft.com')],
    ['a service principal with a secret', () => principal('ok-secret', '--password', secret)],
    ['a service principal with a certificate', () => principal('ok-cert', '--certificate', pem)],
    ['a service principal with a certificate and its chain', () => principal('ok-chain', '--certificate', pem, '--use-cert-sn-issuer')],
    ['a service principal with a federated token', () => principal('ok-federated', '--federated-token', issuer.token({ sub: subject }))],
  ])('signs in %s', async (_what, signIn) => {
    const result = await signIn();
    expect(result.code, said(result)).toBe(0);
    expect(JSON.parse(result.stdout)).toMatchObject([{ id: world.platform.admin.subscriptionId, tenantId: world.platform.admin.tenantId }]);
  });

  it('a user without subscriptions needs to say so', async () => {
    const password = 'Lovelace-1815!';
    const name = 'nobody@podpass.onmicrosoft.com';
    await world.ad(`user create --user-principal-name ${name} --display-name Nobody --password ${password}`);
    expect((await login('none', '--username', name, '--password', password)).stderr).toContain('No subscriptions found for');
    const allowed = await login('none', '--username', name, '--password', password, '--allow-no-subscriptions');
    expect(JSON.parse(allowed.stdout)).toMatchObject([{ name: 'N/A(tenant level account)' }]);
  });

  it('goes on with rotating refresh tokens, from resource to resource', async () => {
    for (const resource of [
      'https://graph.microsoft.com',
      'https://vault.azure.net',
      'https://management.azure.com',
      'https://storage.azure.com',
    ]) {
      const token = await az('ok-user', 'account', 'get-access-token', '--resource', resource);
      expect(token.code, said(token)).toBe(0);
    }
  });

  it('is over when the user’s sessions are revoked', async () => {
    await world.az('rest', '--method', 'post', '--url', 'https://graph.microsoft.com/v1.0/me/revokeSignInSessions');
    const { code, stderr } = await az('ok-user', 'account', 'get-access-token', '--resource', 'https://database.windows.net');
    expect(code).not.toBe(0);
    expect(stderr).toMatch(/AADSTS(50173|70000)/);
  });
});
