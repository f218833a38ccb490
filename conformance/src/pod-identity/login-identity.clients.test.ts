import { existsSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { binFolder, toolsFolder } from '@podpass/tools';
import { clientsAvailable } from '../platform/available.ts';
import { podpass, said } from '../platform/platform.ts';
import { claimsOf } from '../wire/azure.ts';
import { runScript, type Script } from './run-script.ts';
import { createPodIdentityWorld, interpreters, roles, type Identity, type PodIdentityWorld, type TestCluster } from './world.ts';

const pythonOfSdks = path.join(toolsFolder, 'sdks/python/venv/bin/python');

/** Signs in and lists the groups that the identity may see, with a profile folder of its own. */
const azProgram = (...login: readonly string[]): readonly string[] => [
  '-c',
  `export AZURE_CONFIG_DIR=$(mktemp -d); trap 'rm -rf "$AZURE_CONFIG_DIR"' EXIT
   export AZURE_CORE_COLLECT_TELEMETRY=false
   az=${path.join(binFolder, 'az')}
   "$az" login --identity "$@" --query '[].user' --output json && "$az" group list --query '[].name' --output json`,
  'login',
  ...login,
];

const typescriptProgram = (options: object, resource: string): readonly string[] => [
  '--input-type=module',
  '-e',
  `import { ManagedIdentityCredential } from ${JSON.stringify(import.meta.resolve('@azure/identity'))};
   const credential = new ManagedIdentityCredential(${JSON.stringify(options)});
   try {
     console.log('token ' + (await credential.getToken(${JSON.stringify(`${resource}/.default`)})).token);
   } catch (error) {
     console.log(error.message);
     process.exitCode = 1;
   }`,
];

const pythonProgram = (keyword: string, resource: string): readonly string[] => [
  '-c',
  `exec "$0" -c "$1"`,
  pythonOfSdks,
  `from azure.identity import ManagedIdentityCredential
print('token ' + ManagedIdentityCredential(${keyword}).get_token(${JSON.stringify(`${resource}/.default`)}).token)`,
];

const tokenIn = (log: string): string => /^token (\S+)$/m.exec(log)?.[1] ?? '';

/** The real az and the SDKs find the metadata endpoint by themselves, in both runtimes. */
describe.skipIf(!clientsAvailable).each(['namespace', 'process'] as const)('managed identity inside a pod of the %s runtime', (runtime) => {
  let world: PodIdentityWorld;
  let cluster: TestCluster;
  let identity: Identity;
  let stranger: Identity;

  beforeAll(async () => {
    world = await createPodIdentityWorld(`login-${runtime}`, ['--runtime', runtime]);
    cluster = await world.createCluster('login');
    identity = await world.createIdentity('reader-identity');
    stranger = await world.createIdentity('stranger-identity');
    const group = `/subscriptions/${world.subscriptionId}/resourceGroups/pods`;
    await world.assign(roles.reader, identity.principalId, group);
    await world.assign(roles.reader, stranger.principalId, group);
    await world.bind(cluster, identity, { name: 'reader', namespace: 'default' });
  });
  afterAll(() => world?.[Symbol.asyncDispose]());

  const run = (script: Script) => runScript(cluster, { binding: 'reader', ...script });

  describe('az login --identity', () => {
    // NMI refuses in plain text, as it always did; az expects JSON of its metadata endpoint and breaks down over it.
    it('is refused without a binding, and NMI says why', async () => {
      const { code, log } = await runScript(cluster, { name: 'az-unbound', args: azProgram() });
      expect(code, log).toBe(1);
      expect(log).toContain('Expecting value: line 1 column 1 (char 0)');
      expect(await cluster.logOf('daemonset/nmi', /no azure identity found/, { namespace: 'kube-system' })).toContain(
        'no azure identity found for request clientID',
      );
    });

    it('is refused for an identity that is bound to nobody', async () => {
      const flags = { 'client-id': stranger.clientId, 'object-id': stranger.principalId, 'resource-id': stranger.id };
      for (const [flag, value] of Object.entries(flags)) {
        const { code, log } = await run({ name: `az-stranger-${flag}`, args: azProgram(`--${flag}`, value) });
        expect(code, log).toBe(1);
        expect(log).not.toContain('"pods"');
      }
    });

    it('signs in by the only identity, and by each of its ids', async () => {
      const ways = [
        ['plain', [], { type: 'servicePrincipal', name: 'systemAssignedIdentity', assignedIdentityInfo: 'MSI' }],
        ['client-id', ['--client-id', identity.clientId], { assignedIdentityInfo: `MSIClient-${identity.clientId}` }],
        ['object-id', ['--object-id', identity.principalId], { assignedIdentityInfo: `MSIObject-${identity.principalId}` }],
        ['resource-id', ['--resource-id', identity.id], { assignedIdentityInfo: `MSIResource-${identity.id}` }],
      ] as const;
      for (const [name, flags, user] of ways) {
        const { code, log } = await run({ name: `az-${name}`, args: azProgram(...flags) });
        expect(code, log).toBe(0);
        const at = log.lastIndexOf('[\n');
        expect(JSON.parse(log.slice(log.indexOf('[\n'), at)), log).toMatchObject([user]);
        expect(JSON.parse(log.slice(at)), log).toEqual(['pods']);
      }
    });

    it('is the program of its own image: signs in before, and works after', async () => {
      const image = 'mcr.microsoft.com/azure-cli:2.91.0';
      const az = path.join(binFolder, 'az');
      const mapped = await podpass(['image', 'map', '--data', world.platform.data, 'mcr.microsoft.com/azure-cli', '--', az]);
      expect(mapped.code, said(mapped)).toBe(0);
      const part = (name: string, ...args: string[]) => ({
        name,
        image,
        args,
        env: [{ name: 'AZURE_CONFIG_DIR', value: '/azure' }],
        volumeMounts: [{ name: 'azure', mountPath: '/azure' }],
      });
      await cluster.apply({
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'az-image', namespace: 'default', labels: { aadpodidbinding: 'reader' } },
        spec: {
          restartPolicy: 'Never',
          volumes: [{ name: 'azure', emptyDir: {} }],
          initContainers: [part('login', 'login', '--identity', '--client-id', identity.clientId)],
          containers: [part('list', 'group', 'list', '--query', '[].name', '--output', 'tsv')],
        },
      });
      expect(await cluster.logOf('az-image', /^pods$/m, { container: 'list', seconds: 60 })).toMatch(/^pods$/m);
    });
  });

  describe('@azure/identity', () => {
    const resource = 'https://vault.azure.net';

    it.each([
      ['no identity named', () => ({})],
      ['a client id', () => ({ clientId: identity.clientId })],
      ['an object id', () => ({ objectId: identity.principalId })],
      ['a resource id', () => ({ resourceId: identity.id })],
    ])('ManagedIdentityCredential with %s', async (what, options) => {
      const { code, log } = await run({
        name: `ts-${what.replaceAll(' ', '-')}`,
        image: interpreters.node,
        args: typescriptProgram(options(), resource),
      });
      expect(code, log).toBe(0);
      expect(claimsOf(tokenIn(log))).toMatchObject({ aud: resource, oid: identity.principalId, xms_mirid: identity.id });
    });
  });

  describe.skipIf(!existsSync(pythonOfSdks))('azure-identity for Python', () => {
    const resource = 'https://management.azure.com';

    it.each([
      ['nothing', () => ''],
      ['client-id', () => `client_id=${JSON.stringify(identity.clientId)}`],
      ['object-id', () => `identity_config={'object_id': ${JSON.stringify(identity.principalId)}}`],
      ['resource-id', () => `identity_config={'mi_res_id': ${JSON.stringify(identity.id)}}`],
    ])('ManagedIdentityCredential with %s', async (what, keyword) => {
      const { code, log } = await run({ name: `py-${what}`, args: pythonProgram(keyword(), resource) });
      expect(code, log).toBe(0);
      expect(claimsOf(tokenIn(log))).toMatchObject({ oid: identity.principalId });
    });
  });

  it('the SDKs are refused another identity; they try again for a while, as at any 404', async () => {
    const options = { clientId: stranger.clientId };
    const refused = await Promise.all([
      run({ name: 'ts-stranger', image: interpreters.node, args: typescriptProgram(options, 'https://vault.azure.net') }),
      ...(existsSync(pythonOfSdks)
        ? [run({ name: 'py-stranger', args: pythonProgram(`client_id=${JSON.stringify(stranger.clientId)}`, 'https://vault.azure.net') })]
        : []),
    ]);
    for (const { code, log } of refused) {
      expect(code, log).toBe(1);
      expect(tokenIn(log)).toBe('');
    }
  });

  it('without the add-on: az gets the identity of the machine, whatever the pod', async () => {
    const bare = await world.createCluster('bare', { podIdentity: false });
    const { properties } = await bare.read();
    const { kubeletidentity } = properties['identityProfile'] as { kubeletidentity: { clientId: string; objectId: string } };
    const without = await runScript(bare, { name: 'az-without-role', args: azProgram() });
    expect(without.code, without.log).toBe(1);
    expect(without.log).toContain('No access was configured for the managed identity, hence no subscriptions were found');
    await world.assign(roles.reader, kubeletidentity.objectId, `/subscriptions/${world.subscriptionId}/resourceGroups/pods`);
    const machine = await runScript(bare, { name: 'az-machine', args: azProgram('--client-id', kubeletidentity.clientId) });
    expect(machine.code, machine.log).toBe(0);
    expect(machine.log).toContain('"pods"');
    const foreign = await runScript(bare, { name: 'az-foreign', args: azProgram('--client-id', identity.clientId) });
    expect(foreign.code, foreign.log).toBe(1);
    expect(foreign.log).toContain('Identity not found');
  });
});
