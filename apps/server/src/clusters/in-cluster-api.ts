import type { Socket } from 'node:net';
import { createListener, type Exchange, type Listener, type Surface } from '@podpass/http';
import type { Clock } from '@podpass/kernel';
import type { Cluster } from '@podpass/kube';
import type { Telemetry } from '@podpass/telemetry';

/** Address of the service `kubernetes` in every cluster. */
export const kubernetesAddress = '10.0.0.1';
const names = ['kubernetes', 'kubernetes.default', 'kubernetes.default.svc', 'kubernetes.default.svc.cluster.local'] as const;

/** The API server under the names and the address that it has inside its cluster, with a certificate of the cluster's own authority. */
export interface InClusterApi {
  accept(socket: Socket): void;
  close(): Promise<void>;
}

/** What the API server gets: the same request, under the name by which it knows the cluster. */
const readdressed = (exchange: Exchange, host: string): Exchange => ({
  id: exchange.id,
  method: exchange.method,
  host,
  authority: exchange.authority,
  path: exchange.path,
  query: exchange.query,
  headers: exchange.headers,
  body: exchange.body,
  peer: exchange.peer,
  signal: exchange.signal,
});

/** The listener is made with the first connection. */
export const createInClusterApi = (deps: {
  readonly cluster: Cluster;
  /** The API of all clusters. */
  readonly api: Surface;
  readonly telemetry: Telemetry;
  readonly clock: Clock;
}): InClusterApi => {
  const { cluster, api, telemetry, clock } = deps;
  const served: ReadonlySet<string> = new Set([...names, kubernetesAddress]);
  let opened: Promise<Listener> | undefined;
  const open = async (): Promise<Listener> => {
    const { certificate, privateKey } = await cluster.issueServer({ dns: [...names], ips: [kubernetesAddress] });
    return createListener({
      surfaces: [
        {
          ...api,
          hosts: [...served],
          serves: (host) => served.has(host),
          handle: (exchange) => api.handle(readdressed(exchange, cluster.spec.fqdn.toLowerCase())),
        },
      ],
      certificates: { forHost: () => Promise.resolve({ certificate, privateKey }) },
      telemetry,
      clock,
    });
  };
  return {
    accept(socket) {
      opened ??= open();
      opened.then(
        (listener) => listener.accept(socket),
        (thrown: unknown) => {
          telemetry.log.error({ err: thrown, cluster: cluster.spec.name }, 'The API server cannot be served inside its cluster.');
          socket.destroy();
        },
      );
    },
    async close() {
      const listener = await opened?.catch(() => undefined);
      await listener?.close({ graceMs: 0 });
    },
  };
};
