import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clientsAvailable } from '../platform/available.ts';
import { readerPod, serviceAccount } from '../platform/manifests.ts';
import { said } from '../platform/platform.ts';
import { createWorld, type World } from './world.ts';

/** Key Vault's words for a caller without a role. */
const forbidden = 'Caller is not authorized to perform action on resource.';

/** Each row breaks one link of a working chain with az or kubectl, runs a pod, and expects Azure's own refusal. */
describe.skipIf(!clientsAvailable)('the broken-link table: the chain', () => {
  let world: World;

  beforeAll(async () => {
    world = await createWorld();
  });
  afterAll(async () => {
    if (world !== undefined) await world.platform[Symbol.asyncDispose]();
  });

  const expectRefusal = (text: string, ...parts: string[]): void => {
    for (const part of parts) expect(text).toContain(part);
    expect(text).not.toContain(world.secretValue);
  };

  const credential = (change: { issuer?: string; subject?: string; audience?: string }) =>
    world.az(
      'identity',
      'federated-credential',
      'update',
      '--name',
      'link',
      '--identity-name',
      world.identity,
      '-g',
      world.group,
      '--issuer',
      change.issuer ?? world.issuer,
      '--subject',
      change.subject ?? `system:serviceaccount:default:${world.account}`,
      '--audiences',
      change.audience ?? 'api://AzureADTokenExchange',
    );

  const whileCredentialIs = async (change: Parameters<typeof credential>[0], then: () => Promise<void>): Promise<void> => {
    await credential(change);
    try {
      await then();
    } finally {
      await credential({});
    }
  };

  it('lets the pod read the secret while every link holds', async () => {
    const text = await world.podSays({});
    expect(text).toContain('successfully got secret');
    expect(text).toContain(world.secretValue);
  });

  it('pod without label: nothing is injected', async () => {
    expectRefusal(await world.podSays({ use: undefined }), 'failed to get secret');
  });

  it('pod whose label is not exactly "true"', async () => {
    expectRefusal(await world.podSays({ use: 'True' }), 'failed to get secret');
  });

  it('service account without annotation', async () => {
    await world.apply(serviceAccount('bare'));
    expectRefusal(await world.podSays({ serviceAccount: 'bare' }), 'failed to get secret');
  });

  it('service account that does not exist', async () => {
    expectRefusal(await world.podSays({ serviceAccount: 'nobody' }), 'serviceaccount "nobody" not found');
  });

  it('token expiration out of bounds is denied by the webhook', async () => {
    const text = await world.podSays({ annotations: { 'azure.workload.identity/service-account-token-expiration': '100' } });
    expectRefusal(
      text,
      'admission webhook "mutation.azure-workload-identity.io" denied the request: token expiration 100 not valid. Expected value to be between 3600 and 86400',
    );
  });

  it('wrong namespace', async () => {
    await world.platform.kubectl('create', 'namespace', 'elsewhere');
    await world.apply(serviceAccount(world.account, world.clientId, 'elsewhere'));
    expectRefusal(await world.podSays({ namespace: 'elsewhere' }), 'AADSTS700213', `system:serviceaccount:elsewhere:${world.account}`);
  });

  it('wrong subject', () =>
    whileCredentialIs({ subject: 'system:serviceaccount:default:somebody-else' }, async () =>
      expectRefusal(await world.podSays({}), 'AADSTS700213'),
    ));

  it('subject that differs in case only', () =>
    whileCredentialIs({ subject: `system:serviceaccount:Default:${world.account}` }, async () =>
      expectRefusal(await world.podSays({}), 'AADSTS7002138'),
    ));

  it('wrong audience', () =>
    whileCredentialIs({ audience: 'api://SomethingElse' }, async () => expectRefusal(await world.podSays({}), 'AADSTS700212')));

  it('issuer without its trailing slash', () =>
    whileCredentialIs({ issuer: world.issuer.replace(/\/$/, '') }, async () =>
      expectRefusal(await world.podSays({}), 'AADSTS700211', world.issuer),
    ));

  it('credential deleted', async () => {
    await world.az(
      'identity',
      'federated-credential',
      'delete',
      '--name',
      'link',
      '--identity-name',
      world.identity,
      '-g',
      world.group,
      '--yes',
    );
    try {
      expectRefusal(await world.podSays({}), 'AADSTS7000226');
    } finally {
      await world.federate(world.identity, world.account);
    }
  });

  it('identity deleted', async () => {
    const clientId = await world.az('identity', 'create', '-g', world.group, '-n', 'short-lived', '--query', 'clientId', '-o', 'tsv');
    await world.apply(serviceAccount('short-lived', clientId));
    await world.federate('short-lived', 'short-lived');
    await world.az('identity', 'delete', '-g', world.group, '-n', 'short-lived');
    expectRefusal(await world.podSays({ serviceAccount: 'short-lived' }), 'AADSTS700016', clientId);
  });

  describe('roles', () => {
    const assignment = (verb: 'create' | 'delete', scope: string) =>
      verb === 'create'
        ? world.az(
            'role',
            'assignment',
            'create',
            '--assignee-object-id',
            world.principalId,
            '--assignee-principal-type',
            'ServicePrincipal',
            '--role',
            'Key Vault Secrets User',
            '--scope',
            scope,
          )
        : world.az('role', 'assignment', 'delete', '--assignee', world.principalId, '--role', 'Key Vault Secrets User', '--scope', scope);
    const otherGroup = () => `${world.group}-b`;
    const otherVault = () => `${world.vault}-b`.slice(0, 24);

    beforeAll(async () => {
      await assignment('delete', world.vaultId);
      await world.az('group', 'create', '-n', otherGroup(), '-l', 'westeurope');
      await world.az('keyvault', 'create', '-g', otherGroup(), '-n', otherVault());
    });
    afterAll(async () => {
      await assignment('create', world.vaultId);
    });

    it('no role', async () => {
      expectRefusal(await world.podSays({}), forbidden, 'Microsoft.KeyVault/vaults/secrets/getSecret/action');
    });

    it('role on another vault', async () => {
      await assignment('create', await world.az('keyvault', 'show', '-g', otherGroup(), '-n', otherVault(), '--query', 'id', '-o', 'tsv'));
      expectRefusal(await world.podSays({}), forbidden);
    });

    it('role on the resource group of another vault', async () => {
      await assignment('create', await world.az('group', 'show', '-n', otherGroup(), '--query', 'id', '-o', 'tsv'));
      expectRefusal(await world.podSays({}), forbidden);
    });

    it('role on another secret only; a role on this secret suffices', async () => {
      await assignment('create', `${world.vaultId}/secrets/another`);
      expectRefusal(await world.podSays({}), forbidden);
      await assignment('create', `${world.vaultId}/secrets/${world.secret}`);
      expect(await world.podSays({})).toContain(world.secretValue);
      await assignment('delete', `${world.vaultId}/secrets/${world.secret}`);
      expectRefusal(await world.podSays({}), forbidden);
    });
  });

  it('secret disabled', async () => {
    const name = `${world.secret}-disabled`;
    await world.az(
      'keyvault',
      'secret',
      'set',
      '--vault-name',
      world.vault,
      '-n',
      name,
      '--value',
      world.secretValue,
      '--disabled',
      'true',
    );
    expectRefusal(await world.podSays({ secret: name }), 'Operation get is not allowed on a disabled secret.');
  });

  it('secret not yet valid', async () => {
    const name = `${world.secret}-future`;
    await world.az(
      'keyvault',
      'secret',
      'set',
      '--vault-name',
      world.vault,
      '-n',
      name,
      '--value',
      world.secretValue,
      '--not-before',
      '2099-01-01T00:00:00Z',
    );
    expectRefusal(await world.podSays({ secret: name }), 'Operation get is not allowed on a secret that is not yet valid.');
  });

  it('vault name too long', async () => {
    const result = await world.platform.az('keyvault', 'create', '-g', world.group, '-n', 'keyvault-workload-id123456');
    expect(result.code, said(result)).toBe(1);
    expect(result.stderr).toContain('(VaultNameNotValid)');
    expect(result.stderr).toContain('between 3-24 alphanumeric characters');
  });

  it('workload identity disabled on the cluster: pods are no longer mutated', async () => {
    const toggle = (flag: string) => world.az('aks', 'update', '-g', world.group, '-n', world.cluster, flag, '--output', 'none');
    await toggle('--disable-workload-identity');
    try {
      expectRefusal(await world.podSays({}), 'failed to get secret');
    } finally {
      await toggle('--enable-workload-identity');
    }
    expect(await world.podSays({})).toContain(world.secretValue);
  });

  it('a pod of an unmapped image runs as a pause and says so', async () => {
    const pod = readerPod({
      name: 'rabbit',
      serviceAccount: world.account,
      vaultUrl: world.vaultUrl,
      secret: world.secret,
      use: undefined,
    }) as { spec: { containers: { image: string }[] } };
    const [container] = pod.spec.containers;
    container!.image = 'mcr.microsoft.com/mirror/docker/library/rabbitmq:3.10-management-alpine';
    await world.apply(pod);
    const ready = await world.platform.kubectl('wait', '--for=condition=Ready', 'pod/rabbit', '--timeout=30s');
    expect(ready.code, said(ready)).toBe(0);
    const described = await world.platform.kubectl('describe', 'pod', 'rabbit');
    expect(described.stdout).toContain('Simulated');
  });
});
