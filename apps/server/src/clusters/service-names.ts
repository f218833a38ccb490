import { isObject, messageOf } from '@podpass/kernel';
import { createInformer, type Informer, type KubeClient, type KubeObject } from '@podpass/kube-client';
import type { Logger } from '@podpass/telemetry';

/** Names of services, for the pods of a cluster. */
export interface ServiceNames {
  /** The address of a ready pod behind `SERVICE.NAMESPACE.svc.cluster.local`; undefined for everything else. */
  resolve(name: string): string | undefined;
  close(): void;
}

const pattern = /^([a-z0-9-]{1,63})\.([a-z0-9-]{1,63})\.svc\.cluster\.local$/;
type Fields = Readonly<Record<string, unknown>>;
const fields = (value: unknown): Fields => (isObject(value) ? value : {});
const listed = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

const isReady = ({ status }: KubeObject): boolean =>
  listed(fields(status)['conditions']).some((each) => fields(each)['type'] === 'Ready' && fields(each)['status'] === 'True');

/** Whether every port of the service is the container's own: nothing here translates ports. */
const portsAgree = (service: Fields, pod: KubeObject): boolean => {
  const open = listed(fields(pod['spec'])['containers']).flatMap((container) => listed(fields(container)['ports']).map(fields));
  return listed(service['ports']).every((given) => {
    const { port, targetPort } = fields(given);
    if (targetPort === undefined || targetPort === port) return true;
    return open.some(({ name, containerPort }) => name === targetPort && containerPort === port);
  });
};

const selects = (selector: Fields, pod: KubeObject): boolean => {
  const labels = fields(pod.metadata['labels']);
  const wanted = Object.entries(selector);
  return wanted.length > 0 && wanted.every(([key, value]) => labels[key] === value);
};

/** Follows services and pods from the first question on; names are unknown until both are listed. */
export const createServiceNames = (options: { readonly client: () => Promise<KubeClient>; readonly log: Logger }): ServiceNames => {
  const { log } = options;
  const closing = new AbortController();
  let informers: { readonly services: Informer; readonly pods: Informer } | undefined;
  let following: Promise<void> | undefined;
  let turn = 0;

  const follow = async (): Promise<void> => {
    const client = await options.client();
    const of = (path: string) => createInformer({ client, path, log });
    const started = { services: of('/api/v1/services'), pods: of('/api/v1/pods') };
    await Promise.all([started.services.start(closing.signal), started.pods.start(closing.signal)]);
    informers = started;
  };

  return {
    resolve(name) {
      const [, service = '', namespace = ''] = pattern.exec(name) ?? [];
      if (service === '') return undefined;
      following ??= follow().catch((thrown: unknown) => {
        if (!closing.signal.aborted) log.warn({ err: thrown }, `The services of the cluster cannot be followed: ${messageOf(thrown)}`);
      });
      const found = informers?.services.get(`${namespace}/${service}`);
      if (informers === undefined || found === undefined) return undefined;
      const spec = fields(found['spec']);
      const ready = [...informers.pods.list()].filter(
        (pod) => pod.metadata.namespace === namespace && selects(fields(spec['selector']), pod) && isReady(pod) && portsAgree(spec, pod),
      );
      const address = fields(ready[(turn += 1) % Math.max(1, ready.length)]?.['status'])['podIP'];
      return typeof address === 'string' ? address : undefined;
    },
    close: () => closing.abort(),
  };
};
