import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clientsAvailable } from '../platform/available.ts';
import { said } from '../platform/platform.ts';
import { createAzWorld, type AzWorld } from './world.ts';

const denied = 'Insufficient privileges to complete the operation.';
const password = 'Hopper-1906-Navy';
const name = 'grace@podpass.onmicrosoft.com';

describe.skipIf(!clientsAvailable)('an ordinary user of the directory', () => {
  let world: AzWorld;
  let foreign = '';
  let me = '';
  const as = (line: string, ...more: string[]) =>
    world.platform.run('az', [...line.split(' '), ...more, '--output', 'json'], {
      env: { AZURE_CONFIG_DIR: `${world.platform.data}/grace` },
    });

  beforeAll(async () => {
    world = await createAzWorld('az-ordinary');
    foreign = String(await world.ad('app create --display-name foreign --query appId'));
    await world.ad(`sp create --id ${foreign}`);
    me = String(await world.ad(`user create --user-principal-name ${name} --display-name Grace --query id --password`, password));
    const login = await as(`login --allow-no-subscriptions --username ${name} --password ${password}`);
    if (login.code !== 0) throw new Error(said(login));
  });
  afterAll(() => world?.[Symbol.asyncDispose]());

  it.each([
    ['create a user', 'ad user create --user-principal-name x@podpass.onmicrosoft.com --display-name X --password Lovelace-1815!'],
    ['delete another', 'ad user delete --id admin@podpass.onmicrosoft.com'],
    ["change another's password", 'ad user update --id admin@podpass.onmicrosoft.com --password Lovelace-1815!'],
    ["change another's application", 'ad app update --id FOREIGN --display-name mine'],
    ["add a secret to another's application", 'ad app credential reset --id FOREIGN --append'],
    ["add a secret to another's service principal", 'ad sp credential reset --id FOREIGN --append'],
    ["own another's application", 'ad app owner add --id FOREIGN --owner-object-id ME'],
    ["delete another's application", 'ad app delete --id FOREIGN'],
    ['consent for everybody', 'ad app permission grant --id FOREIGN --api 00000003-0000-0000-c000-000000000000 --scope User.Read'],
  ])('cannot %s', async (_what, line) => {
    const result = await as(line.replace('FOREIGN', foreign).replace('ME', me));
    expect(result.code).not.toBe(0);
    expect(result.stderr).toContain(denied);
  });

  it("cannot consent for everybody at the portal's service either", async () => {
    const result = await as(`ad app permission admin-consent --id ${foreign}`);
    expect(result.code).not.toBe(0);
    expect(result.stderr).toContain('no directory role');
  });

  it('cannot trust a foreign issuer with an application of others', async () => {
    const credential = JSON.stringify({
      name: 'mine',
      issuer: 'https://evil.example/',
      subject: 's',
      audiences: ['api://AzureADTokenExchange'],
    });
    const result = await as(`ad app federated-credential create --id ${foreign} --parameters`, credential);
    expect(result.stderr).toContain(denied);
  });

  it('registers an application of its own, and manages that', async () => {
    const made = await as('ad app create --display-name own --query appId');
    expect(made.code, said(made)).toBe(0);
    const appId = JSON.parse(made.stdout) as string;
    expect(JSON.parse((await as(`ad app owner list --id ${appId} --query [].id`)).stdout)).toEqual([me]);
    for (const line of [
      `ad app credential reset --id ${appId}`,
      `ad app update --id ${appId} --display-name renamed`,
      `ad app delete --id ${appId}`,
    ]) {
      const result = await as(line);
      expect(result.code, `${line}: ${said(result)}`).toBe(0);
    }
  });

  it('reads the directory', async () => {
    expect((await as('ad user list --query [].userPrincipalName')).stdout).toContain(name);
    expect(JSON.parse((await as('ad signed-in-user show --query id')).stdout)).toBe(me);
  });
});
