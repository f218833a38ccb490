import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clientsAvailable } from '../platform/available.ts';
import { podpass, said, startPlatform, type Platform } from '../platform/platform.ts';
import { armOf, call, claimsOf, loginHost, ok, openEdge, readRunFile, tokenFor, userTokenFor } from '../wire/azure.ts';
import type { Edge } from '../wire/raw.ts';

/** Unmistakable text: no part of it occurs anywhere by chance. */
const marker = (name: string) => `podpass-${name}-${crypto.randomUUID()}`;

/** Every file below a folder with its octets; sockets and links are passed over. */
const filesOf = async (folder: string): Promise<readonly { readonly name: string; readonly mode: number; readonly octets: Buffer }[]> => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map(async (entry) => {
        const file = path.join(entry.parentPath, entry.name);
        return { name: path.relative(folder, file), mode: (await stat(file)).mode & 0o777, octets: await readFile(file) };
      }),
  );
};

/** The ways in which text could lie in a file: as it is, as base64 at each of its three offsets, as UTF-16, as hex. */
const formsOf = (text: string): Buffer[] => {
  const octets = Buffer.from(text);
  const base64 = [0, 1, 2].map((shift) =>
    Buffer.concat([Buffer.alloc(shift), octets])
      .toString('base64')
      .slice(shift === 0 ? 0 : 4, -4),
  );
  return [
    octets,
    Buffer.from(text, 'utf16le'),
    Buffer.from(octets.toString('hex')),
    Buffer.from(JSON.stringify(text).slice(1, -1)),
    Buffer.from(encodeURIComponent(text)),
    ...base64.map((form) => Buffer.from(form)),
  ];
};

/** What clients keep for themselves in the folders that the platform gives them. */
const ofClients = (name: string) => /^(azure|kube)\//.test(name);

describe('secrets at rest', () => {
  let platform: Platform;
  let edge: Edge;
  let home: string;
  const secretValue = marker('vault-value');
  const kubeSecret = marker('kube-secret');
  const tokens: string[] = [];
  const output: string[] = [];

  beforeAll(async () => {
    home = await mkdtemp(path.join(os.tmpdir(), 'podpass-home-'));
    platform = await startPlatform('secrets', ['--log-level', 'debug']);
    edge = await openEdge(platform.data);
    const { subscriptionId, tenantId } = platform.admin;
    const arm = await armOf(edge, platform);
    const group = `/subscriptions/${subscriptionId}/resourceGroups/secrets`;
    const vaultId = `${group}/providers/Microsoft.KeyVault/vaults/secrets-at-rest`;
    await arm.operation('PUT', `${group}?api-version=2024-11-01`, { location: 'westeurope' });
    await arm.operation('PUT', `${vaultId}?api-version=2024-11-01`, {
      location: 'westeurope',
      properties: { tenantId, sku: { family: 'A', name: 'standard' }, enableRbacAuthorization: true, accessPolicies: [] },
    });
    ok(
      await arm.send('PUT', `${vaultId}/providers/Microsoft.Authorization/roleAssignments/${crypto.randomUUID()}?api-version=2022-04-01`, {
        properties: {
          roleDefinitionId: `/subscriptions/${subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/b86a8fe4-44ce-4948-aee5-eccb2c155cd7`,
          principalId: claimsOf(arm.bearer)['oid'],
          principalType: 'ServicePrincipal',
        },
      }),
    );
    const vaultToken = await tokenFor(edge, platform, 'https://vault.azure.net/.default');
    const userToken = await userTokenFor(edge, platform, 'https://graph.microsoft.com/.default');
    tokens.push(arm.bearer, vaultToken, userToken);
    const vault = (method: string, target: string, body?: object) =>
      call(edge, {
        method,
        host: 'secrets-at-rest.vault.azure.net',
        path: `${target}?api-version=7.4`,
        bearer: vaultToken,
        ...(body === undefined ? {} : { body }),
      });
    ok(await vault('PUT', '/secrets/one', { value: secretValue }));
    ok(await vault('GET', '/secrets/one/'));
    // Refusals must not write down what was presented either.
    const refused = await call(edge, {
      method: 'POST',
      host: loginHost,
      path: `/${tenantId}/oauth2/v2.0/token?secret=${secretValue}`,
      contentType: 'application/x-www-form-urlencoded',
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: platform.admin.servicePrincipal.appId,
        client_secret: `${secretValue}x`,
        scope: 'https://vault.azure.net/.default',
      }).toString(),
    });
    if (refused.status !== 401) throw new Error(`a wrong secret was answered with ${refused.status}`);
    const bent = await call(edge, {
      method: 'GET',
      host: 'secrets-at-rest.vault.azure.net',
      path: `/secrets/one?api-version=7.4&token=${vaultToken}`,
      bearer: `${vaultToken}x`,
    });
    if (bent.status !== 401) throw new Error(`a bent token was answered with ${bent.status}`);
    if (clientsAvailable) {
      const env = { ...platform.env, HOME: home };
      const login = await podpass(['login', '--data', platform.data], { env });
      if (login.code !== 0) throw new Error(said(login));
      output.push(said(login));
      const az = async (...args: string[]) => {
        const result = await platform.run('az', args, { env: { HOME: home } });
        if (result.code !== 0) throw new Error(said(result));
        output.push(result.stderr);
      };
      await az(
        'aks',
        'create',
        '-g',
        'secrets',
        '-n',
        'c',
        '--node-count',
        '1',
        '--enable-oidc-issuer',
        '--enable-workload-identity',
        '--generate-ssh-keys',
        '-o',
        'none',
      );
      await az('aks', 'get-credentials', '-g', 'secrets', '-n', 'c');
      const created = await platform.kubectl('create', 'secret', 'generic', 's', `--from-literal=k=${kubeSecret}`);
      if (created.code !== 0) throw new Error(said(created));
      const token = await platform.kubectl('create', 'token', 'default');
      if (token.code !== 0) throw new Error(said(token));
      tokens.push(token.stdout.trim());
    }
    for (const command of ['status', 'env', 'logs']) output.push(said(await platform.podpass(command)));
  });
  afterAll(async () => {
    await platform?.[Symbol.asyncDispose]();
    await rm(home, { recursive: true, force: true });
  });

  /** The files in which the text occurs in any form. */
  const holders = async (text: string): Promise<string[]> => {
    const forms = formsOf(text);
    return (await filesOf(platform.data)).filter(({ octets }) => forms.some((form) => octets.includes(form))).map(({ name }) => name);
  };

  it('finds what does lie there: the tenant is no secret', async () => {
    expect(await holders(platform.admin.tenantId)).toEqual(expect.arrayContaining(['admin.json']));
    const file = path.join(platform.data, 'logs', 'planted');
    await writeFile(file, Buffer.from(`x${secretValue}`).toString('base64'));
    expect(await holders(secretValue)).toEqual(['logs/planted']);
    await rm(file);
  });

  it('`podpass logs` tells the audit trail in words', () => {
    expect(output.at(-1)).toMatch(/^\d{4}-\S+Z info \S.* audit=true/m);
  });

  it("the administrator's password stands in its own file only", async () => {
    expect(await holders(platform.admin.password)).toEqual(['admin.json']);
  });

  it("the automation principal's secret stands in its own file only", async () => {
    expect((await holders(platform.admin.servicePrincipal.secret)).filter((name) => !ofClients(name))).toEqual(['admin.json']);
  });

  it("the vault's secret stands nowhere", async () => {
    expect(await holders(secretValue)).toEqual([]);
  });

  it.skipIf(!clientsAvailable)('a Kubernetes secret stands nowhere', async () => {
    expect(await holders(kubeSecret)).toEqual([]);
  });

  it('no token stands anywhere but with the client that got it', async () => {
    expect(tokens.length).toBeGreaterThanOrEqual(3);
    for (const token of tokens) {
      expect((await holders(token)).filter((name) => !ofClients(name))).toEqual([]);
      expect((await holders(token.split('.')[2] ?? 'none')).filter((name) => !ofClients(name))).toEqual([]);
    }
  });

  it('no private key stands anywhere but in the kubeconfig', async () => {
    for (const { name, octets } of await filesOf(platform.data)) {
      if (ofClients(name)) continue;
      for (const form of [
        Buffer.from('PRIVATE KEY'),
        Buffer.from('UFJJVkFURSBLRVk'),
        Buffer.from('BSSVZBVEUgS0VZ'),
        Buffer.from('QUklWQVRFIEtFW'),
      ])
        expect(octets.includes(form), `${name} holds a private key`).toBe(false);
      expect(/"(d|p|q|dp|dq|qi)":"[\w-]{20,}"/.test(octets.toString('latin1')), `${name} holds a private JWK`).toBe(false);
    }
  });

  it('the control token stands in the run file only', async () => {
    expect(await holders((await readRunFile(platform.data)).controlToken)).toEqual(['run.json']);
  });

  it('commands print none of it', () => {
    const text = output.join('\n');
    for (const secret of [platform.admin.password, platform.admin.servicePrincipal.secret, secretValue, kubeSecret, ...tokens])
      expect(text).not.toContain(secret);
    expect(text).not.toContain('PRIVATE KEY');
  });

  it('everything is for its owner only, but for the public certificates', async () => {
    const open = (await filesOf(platform.data))
      .filter(({ mode, name }) => (mode & 0o077) !== 0 && !ofClients(name))
      // Empty files that containers get their devices and names in: other users must be able to open them there.
      .filter(({ name, octets }) => !(/\/\.runtime\/skeleton\/upper\/(?:dev|etc)\/[a-z.]+$/.test(name) && octets.length === 0))
      .map(({ name }) => name);
    expect(open.toSorted()).toEqual(['ca-bundle.pem', 'ca-trust.p12', 'ca.pem']);
    for (const name of ['', 'logs', 'pods', 'azure', 'kube']) expect((await stat(path.join(platform.data, name))).mode & 0o077).toBe(0);
    for (const name of ['ca.pem', 'ca-bundle.pem'])
      expect(await readFile(path.join(platform.data, name), 'utf8')).not.toContain('PRIVATE KEY');
  });

  it('all of it is sealed: nothing can be read with another key, and the secret is still there with the right one', async () => {
    await podpass(['down', '--data', platform.data]);
    expect(await holders(secretValue)).toEqual([]);
    const up = await podpass(['up', '--detach', '--data', platform.data]);
    expect(up.code, said(up)).toBe(0);
    edge = await openEdge(platform.data);
    const bearer = await tokenFor(edge, platform, 'https://vault.azure.net/.default');
    const answer = await call(edge, {
      method: 'GET',
      host: 'secrets-at-rest.vault.azure.net',
      path: '/secrets/one/?api-version=7.4',
      bearer,
    });
    expect(ok(answer)['value']).toBe(secretValue);
  });
});
