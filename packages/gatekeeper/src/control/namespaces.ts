import type { JsonObject } from '@podpass/kernel';
import { createInformer, type KubeClient } from '@podpass/kube-client';
import type { Logger } from '@podpass/telemetry';
import { paths } from '../wire.ts';

/** Namespaces by name, from a cache; one that is too new for it is asked for. */
export const createNamespaces = (options: { client: KubeClient; log: Logger }) => {
  const { client, log } = options;
  const informer = createInformer({ client, log, path: paths.namespaces });
  return {
    start: (signal: AbortSignal) => informer.start(signal),
    /** Rejects when there is no such namespace. */
    get: async (name: string): Promise<JsonObject> => informer.get(`/${name}`) ?? client.get(paths.item(paths.namespaces, name)),
  };
};
