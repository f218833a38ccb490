import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { randomHex } from '@podpass/kernel';
import { expect } from 'vitest';
import { kubectlOf, run, type KubectlMinor, type RunResult } from '@podpass/tools';
import { said, onPlatform, type Platform } from '../platform/platform.ts';
import { armOf, ok, openEdge } from '../wire/azure.ts';

const minors: readonly KubectlMinor[] = ['1.32', '1.33', '1.34', '1.35'];

/** The kubectl binaries that can be had here, by minor version. */
export const clients: ReadonlyMap<KubectlMinor, string> = new Map(
  (await Promise.all(minors.map(async (minor) => [minor, await kubectlOf(minor)] as const))).flatMap(([minor, file]) =>
    file === undefined ? [] : [[minor, file] as const],
  ),
);

export interface Kubectl {
  /** Runs kubectl; nothing is expected of the result. */
  (...args: string[]): Promise<RunResult>;
}

export interface KubectlWorld extends AsyncDisposable {
  readonly platform: Platform;
  /** The fully qualified name of the API server. */
  readonly fqdn: string;
  /** Path of the administrator's kubeconfig. */
  readonly kubeconfig: string;
  /** A kubectl of one version with discovery caches of its own. `kubeconfig` replaces the administrator's. */
  client(minor: KubectlMinor, kubeconfig?: string): Kubectl;
  /** A kubeconfig of somebody who comes with a token. */
  kubeconfigFor(token: string): Promise<string>;
  /** Writes a manifest (JSON is YAML) and returns its path. */
  manifest(...objects: object[]): Promise<string>;
}

const buildWorld = async (platform: Platform): Promise<KubectlWorld> => {
  const edge = await openEdge(platform.data);
  const arm = await armOf(edge, platform);
  const group = `/subscriptions/${platform.admin.subscriptionId}/resourceGroups/kubectl`;
  const cluster = `${group}/providers/Microsoft.ContainerService/managedClusters/kubectl`;
  ok(await arm.send('PUT', `${group}?api-version=2024-11-01`, { location: 'westeurope' }));
  await arm.operation('PUT', `${cluster}?api-version=2025-05-01`, {
    location: 'westeurope',
    identity: { type: 'SystemAssigned' },
    properties: {
      dnsPrefix: 'kubectl',
      agentPoolProfiles: [{ name: 'nodepool1', count: 1, mode: 'System' }],
      oidcIssuerProfile: { enabled: true },
      securityProfile: { workloadIdentity: { enabled: true } },
    },
  });
  const { fqdn } = ok(await arm.send('GET', `${cluster}?api-version=2025-05-01`))['properties'] as { fqdn: string };
  const credentials = ok(await arm.send('POST', `${cluster}/listClusterAdminCredential?api-version=2025-05-01`)) as {
    kubeconfigs: { value: string }[];
  };
  const folder = path.join(platform.data, 'kubectl-test');
  await mkdir(folder);
  const text = Buffer.from(credentials.kubeconfigs[0]?.value ?? '', 'base64').toString('utf8');
  const kubeconfig = path.join(folder, 'admin');
  await writeFile(kubeconfig, text, { mode: 0o600 });
  return {
    platform,
    fqdn,
    kubeconfig,
    client: (minor, config = kubeconfig) => {
      const file = clients.get(minor);
      if (file === undefined) throw new Error(`kubectl ${minor} is not here`);
      return (...args) =>
        run(file, [...args], { timeout: 60_000, env: { ...platform.env, KUBECONFIG: config, HOME: path.join(folder, `home-${minor}`) } });
    },
    async kubeconfigFor(token) {
      const [authority = ''] = /certificate-authority-data: .*/.exec(text) ?? [];
      const file = path.join(folder, randomHex(4));
      await writeFile(
        file,
        [
          'apiVersion: v1',
          'kind: Config',
          'current-context: c',
          'clusters:',
          '- name: c',
          '  cluster:',
          `    server: https://${fqdn}:443`,
          `    ${authority}`,
          'contexts:',
          '- name: c',
          '  context: {cluster: c, user: u}',
          'users:',
          '- name: u',
          `  user: {token: ${token}}`,
          '',
        ].join('\n'),
        { mode: 0o600 },
      );
      return file;
    },
    async manifest(...objects) {
      const file = path.join(folder, `${randomHex(4)}.yaml`);
      await writeFile(file, objects.map((object) => JSON.stringify(object)).join('\n---\n'));
      return file;
    },
    [Symbol.asyncDispose]: () => platform[Symbol.asyncDispose](),
  };
};

/** Standard output of a command that must succeed. */
export const must = async (result: Promise<RunResult>): Promise<string> => {
  const done = await result;
  expect(done.code, said(done)).toBe(0);
  return done.stdout.trim();
};

/** What a command that must fail says on standard error. */
export const mustFail = async (result: Promise<RunResult>): Promise<string> => {
  const done = await result;
  expect(done.code, said(done)).toBe(1);
  return done.stderr.trim();
};

export const createKubectlWorld = (): Promise<KubectlWorld> => onPlatform('kubectl', buildWorld);
