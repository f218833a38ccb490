import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { randomHex } from '@podpass/kernel';
import type { RunResult } from '@podpass/tools';
import { readerPod, serviceAccount, type PodOptions } from '../platform/manifests.ts';
import { said, onPlatform, type Platform } from '../platform/platform.ts';
import { until } from '../platform/until.ts';

/** A working chain, made with the real clients, of which each row of the table then breaks one link. */
export interface World {
  readonly platform: Platform;
  readonly group: string;
  readonly cluster: string;
  readonly issuer: string;
  readonly identity: string;
  readonly clientId: string;
  readonly principalId: string;
  readonly vault: string;
  readonly vaultId: string;
  readonly vaultUrl: string;
  readonly secret: string;
  readonly secretValue: string;
  readonly account: string;
  /** Runs az and fails the test with az's own words when it fails; returns trimmed standard output. */
  az(...args: string[]): Promise<string>;
  /** Makes the identity's credential `link`, which trusts a service account of the namespace `default`. */
  federate(identity: string, account: string): Promise<void>;
  apply(...objects: object[]): Promise<RunResult>;
  /** Runs a pod to its end and returns what it printed. */
  podSays(pod: Partial<PodOptions>): Promise<string>;
}

const must = (result: RunResult, what: string): string => {
  if (result.code !== 0) throw new Error(`${what}: ${said(result)}`);
  return result.stdout.trim();
};

const buildWorld = async (platform: Platform): Promise<World> => {
  const az = async (...args: string[]) => must(await platform.az(...args), `az ${args.join(' ')}`);
  must(await platform.podpass('login'), 'podpass login');
  const suffix = randomHex(3);
  const names = {
    group: `links-${suffix}`,
    cluster: `cluster-${suffix}`,
    identity: `identity-${suffix}`,
    vault: `vault-${suffix}`,
    secret: `secret-${suffix}`,
    account: `account-${suffix}`,
  };
  await az('group', 'create', '-n', names.group, '-l', 'westeurope');
  await az(
    'aks',
    'create',
    '-g',
    names.group,
    '-n',
    names.cluster,
    '--node-count',
    '1',
    '--enable-oidc-issuer',
    '--enable-workload-identity',
    '--generate-ssh-keys',
  );
  const issuer = await az('aks', 'show', '-g', names.group, '-n', names.cluster, '--query', 'oidcIssuerProfile.issuerUrl', '-o', 'tsv');
  const [clientId = '', principalId = ''] = (
    await az('identity', 'create', '-g', names.group, '-n', names.identity, '--query', '[clientId,principalId]', '-o', 'tsv')
  ).split(/\s+/);
  const federate = async (identity: string, account: string): Promise<void> => {
    const subject = `system:serviceaccount:default:${account}`;
    const of = ['--name', 'link', '--identity-name', identity, '-g', names.group];
    await az(
      'identity',
      'federated-credential',
      'create',
      ...of,
      '--issuer',
      issuer,
      '--subject',
      subject,
      '--audience',
      'api://AzureADTokenExchange',
    );
  };
  await federate(names.identity, names.account);
  const [vaultId = '', vaultUrl = ''] = (
    await az('keyvault', 'create', '-g', names.group, '-n', names.vault, '--query', '[id,properties.vaultUri]', '-o', 'tsv')
  ).split(/\s+/);
  const me = await az('ad', 'signed-in-user', 'show', '--query', 'id', '-o', 'tsv');
  await az('role', 'assignment', 'create', '--assignee', me, '--role', 'Key Vault Secrets Officer', '--scope', vaultId);
  const secretValue = `value-${randomHex(8)}`;
  await az('keyvault', 'secret', 'set', '--vault-name', names.vault, '-n', names.secret, '--value', secretValue);
  await az(
    'role',
    'assignment',
    'create',
    '--assignee-object-id',
    principalId,
    '--assignee-principal-type',
    'ServicePrincipal',
    '--role',
    'Key Vault Secrets User',
    '--scope',
    vaultId,
  );
  await az('aks', 'get-credentials', '-g', names.group, '-n', names.cluster);

  const apply = async (...objects: object[]) => {
    const file = path.join(platform.data, `apply-${randomHex(4)}.yaml`);
    await writeFile(file, objects.map((object) => JSON.stringify(object)).join('\n---\n'));
    return platform.kubectl('apply', '-f', file);
  };
  must(await apply(serviceAccount(names.account, clientId)), 'service account');

  return {
    platform,
    ...names,
    issuer,
    clientId,
    principalId,
    vaultId,
    vaultUrl,
    secretValue,
    az,
    federate,
    apply,
    async podSays(pod) {
      const name = `pod-${randomHex(4)}`;
      const namespace = pod.namespace ?? 'default';
      const created = await apply(readerPod({ serviceAccount: names.account, vaultUrl, secret: names.secret, ...pod, name }));
      if (created.code !== 0) return `${created.stdout}${created.stderr}`;
      const logs = () => platform.kubectl('logs', '-n', namespace, name);
      const result = await until(logs, (answer) => answer.stdout.trim() !== '', 40);
      await platform.kubectl('delete', 'pod', '-n', namespace, name, '--wait=false', '--grace-period=0', '--force');
      return `${result.stdout}${result.stderr}`;
    },
  };
};

/** Builds the chain: group, cluster, identity, federated credential, vault, secret, roles, service account. */
export const createWorld = (): Promise<World> => onPlatform('broken-links', buildWorld);
