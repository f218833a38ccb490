import type { WireClient } from '@podpass/http';
import { KernelError } from '@podpass/kernel';
import { createKubeClient } from './client.ts';
import { elapsed } from './time.ts';
import type { KubeClient } from './types.ts';
import { inCluster } from './wire.ts';

/** What a container knows of its cluster. Any component's launch has it. */
export interface ClusterLaunch {
  readonly env: Readonly<Record<string, string>>;
  readFile(path: string): Promise<string>;
}

export interface InClusterOptions {
  readonly launch: ClusterLaunch;
  readonly wire: WireClient;
  readonly userAgent: string;
}

/** The token of the pod's service account. It is read anew, at most every few seconds: the kubelet rotates it. */
const tokenReader = (launch: ClusterLaunch): (() => Promise<string>) => {
  let kept: { readonly token: string; readonly until: number } | undefined;
  return async () => {
    if (kept !== undefined && elapsed() < kept.until) return kept.token;
    const token = (await launch.readFile(inCluster.tokenFile)).trim();
    if (token === '') throw new KernelError('unavailable', 'The service account token is empty.');
    kept = { token, until: elapsed() + inCluster.tokenCache };
    return token;
  };
};

/**
 * The API server as a container's service account sees it. Throws KernelError `invalid` when the variables that name the
 * server are missing; a missing token fails the requests, not this.
 */
export const inClusterClient = ({ launch, wire, userAgent }: InClusterOptions): KubeClient => {
  const host = launch.env[inCluster.host] ?? '';
  const port = launch.env[inCluster.port] ?? inCluster.defaultPort;
  if (host === '' || port === '')
    throw new KernelError('invalid', `${inCluster.host} and ${inCluster.port} must be set: this is no container of a cluster.`);
  const name = host.includes(':') ? `[${host}]` : host;
  return createKubeClient({
    origin: `https://${name}${port === inCluster.defaultPort ? '' : `:${port}`}`,
    wire,
    credential: { token: tokenReader(launch) },
    userAgent,
  });
};
