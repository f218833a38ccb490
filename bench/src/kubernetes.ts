import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { binFolder, run } from '@podpass/tools';
import type { Azure } from './azure.ts';

/** What the rows need of a cluster, read with kubectl. */
export interface Kubernetes {
  readonly issuer: string;
  readonly webhook: {
    readonly address: string;
    readonly port: number;
    readonly serverName: string;
    readonly path: string;
    readonly ca: string;
  };
  serviceAccountToken(namespace: string, name: string, audience: string): Promise<string>;
  close(): Promise<void>;
}

export const kubernetes = async (azure: Azure, clusterId: string): Promise<Kubernetes> => {
  const folder = await mkdtemp(path.join(tmpdir(), 'podpass-bench-'));
  const config = path.join(folder, 'config');
  const shown = await azure.arm('GET', clusterId, '2025-05-01');
  const { oidcIssuerProfile } = shown.body['properties'] as { oidcIssuerProfile: { issuerURL: string } };
  const credentials = await azure.arm('POST', `${clusterId}/listClusterAdminCredential`, '2025-05-01');
  const [kubeconfig] = credentials.body['kubeconfigs'] as { value: string }[];
  await writeFile(config, Buffer.from(kubeconfig?.value ?? '', 'base64'), { mode: 0o600 });
  const kubectl = async (...args: string[]): Promise<string> => {
    const result = await run(path.join(binFolder, 'kubectl'), ['--kubeconfig', config, ...args]);
    if (result.code !== 0) throw new Error(result.stderr);
    return result.stdout.trim();
  };
  const registered = JSON.parse(await kubectl('get', 'mutatingwebhookconfigurations', '-o', 'json')) as {
    items: { webhooks: { clientConfig: { caBundle: string; service: { name: string; namespace: string; path: string } } }[] }[];
  };
  const client = registered.items[0]?.webhooks[0]?.clientConfig;
  if (client === undefined) throw new Error('the webhook is not registered');
  const endpoints = JSON.parse(await kubectl('get', 'endpoints', '-n', client.service.namespace, client.service.name, '-o', 'json')) as {
    subsets: { addresses: { ip: string }[]; ports: { port: number }[] }[];
  };
  const [subset] = endpoints.subsets;
  return {
    issuer: oidcIssuerProfile.issuerURL,
    webhook: {
      address: subset?.addresses[0]?.ip ?? '',
      port: subset?.ports[0]?.port ?? 0,
      serverName: `${client.service.name}.${client.service.namespace}.svc`,
      path: client.service.path,
      ca: Buffer.from(client.caBundle, 'base64').toString(),
    },
    serviceAccountToken: (namespace, name, audience) =>
      kubectl('create', 'token', '-n', namespace, name, `--audience=${audience}`, '--duration=2h'),
    close: () => rm(folder, { recursive: true, force: true }),
  };
};
