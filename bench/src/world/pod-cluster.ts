import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from './client.ts';

/** An object as the Kubernetes API answers it, as far as rows look at it. */
export interface KubeItem {
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly labels?: Readonly<Record<string, string>> };
  readonly spec?: unknown;
  readonly status?: unknown;
}

/** A cluster as an administrator of it sees it, over connections that are kept. */
export interface PodCluster {
  readonly id: string;
  readonly issuer: string;
  readonly nodeGroup: string;
  readonly kubeletPrincipalId: string;
  create(collection: string, object: object): Promise<void>;
  remove(collection: string, name: string): Promise<void>;
  list(collection: string): Promise<readonly KubeItem[]>;
  /** Deletes everything of a collection. */
  clear(collection: string): Promise<void>;
  /** Waits until a pod's program has ended, and returns what it printed. Throws when it failed. */
  outputOf(pod: string): Promise<string>;
  /** A token of the service account `default` in the namespace `default`, good for two hours. */
  serviceAccountToken(audience: string): Promise<string>;
  /** Applies YAML with kubectl. */
  apply(yaml: string): Promise<void>;
  close(): void;
}

export const pods = '/api/v1/namespaces/default/pods';
/** Milliseconds within which a pod's program must end, its own run time not counted. */
const endLimit = 60_000;

/** A pod of one container that is not started again. */
export const podOf = (name: string, image: string, more: { readonly args?: readonly string[]; readonly label?: string } = {}): object => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, ...(more.label === undefined ? {} : { labels: { aadpodidbinding: more.label } }) },
  spec: { restartPolicy: 'Never', containers: [{ name: 'main', image, ...(more.args === undefined ? {} : { args: more.args }) }] },
});

/** `host` is the API server's name. */
export const openPodCluster = (
  client: Client,
  host: string,
  of: Pick<PodCluster, 'id' | 'issuer' | 'nodeGroup' | 'kubeletPrincipalId' | 'apply'>,
): PodCluster => ({
  ...of,
  async create(collection, object) {
    await client.call({ host, path: collection, json: object });
  },
  async remove(collection, name) {
    await client.call({ host, method: 'DELETE', path: `${collection}/${name}`, json: { gracePeriodSeconds: 0 } });
  },
  async clear(collection) {
    await client.call({ host, method: 'DELETE', path: collection });
  },
  list: async (collection) => ((await client.call({ host, path: collection })) as { items: KubeItem[] }).items,
  async outputOf(pod) {
    const deadline = performance.now() + endLimit;
    for (;;) {
      const { status } = await client.call({ host, path: `${pods}/${pod}` });
      const { phase } = status as { phase?: string };
      if (phase === 'Succeeded') break;
      if (phase === 'Failed' || performance.now() > deadline)
        throw new Error(`the pod ${pod} is ${String(phase)}: ${JSON.stringify(status)}`);
      await sleep(50);
    }
    return (await client.ask({ host, path: `${pods}/${pod}/log` })).text;
  },
  async serviceAccountToken(audience) {
    const { status } = await client.call({
      host,
      path: '/api/v1/namespaces/default/serviceaccounts/default/token',
      json: { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { audiences: [audience], expirationSeconds: 7200 } },
    });
    return (status as { token: string }).token;
  },
  close: () => client.close(),
});
