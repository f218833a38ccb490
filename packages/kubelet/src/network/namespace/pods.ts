import { setImmediate as nextTurn } from 'node:timers/promises';
import { KernelError } from '@podpass/kernel';
import type { PodNetwork, PodSource } from '../../types.ts';
import type { Range } from '../addresses.ts';
import { hostnameOf, hostsFile, resolvConf } from '../files.ts';
import type { AddressPool } from '../pool.ts';
import type { PodRegistry } from '../registry.ts';
import { addPod, removePod } from './commands.ts';
import type { NamespaceShell } from './shell.ts';

type Pod = Pick<PodSource, 'uid' | 'namespace' | 'name' | 'hostNetwork'>;

export interface NodePodsOptions {
  readonly shell: Pick<NamespaceShell, 'run'>;
  readonly pool: AddressPool;
  readonly registry: PodRegistry;
  readonly nodeIp: string;
  readonly nodeName: string;
  readonly dns: string;
  readonly podRange: Range;
  readonly bridge: boolean;
  /** A name for a pod's namespace that was never used in this cluster. */
  nextName(): string;
  /** Command prefix into the network namespace of a pod, or of the node. */
  enter(podName: string | undefined): readonly string[];
  /** Called when something could not be removed; its address is then never used again. No pod: it was in waiting. */
  stuck(pod: Pod | undefined, thrown: unknown): void;
}

/** A namespace and the address in it. */
interface Own {
  readonly name: string;
  readonly ip: string;
}

interface Attachment {
  readonly ready: Promise<PodNetwork>;
  /** Undefined for pods in the node's network. */
  readonly own: Own | undefined;
  readonly pod: Pod;
}

export interface NodePods {
  attach(pod: Pod): Promise<PodNetwork>;
  detach(uid: string): Promise<void>;
  /** Names of all namespaces that there are; no other one is made in advance from now on. */
  end(): readonly string[];
}

/** Milliseconds after a pod came until a namespace is made for the next one: the pod that came starts meanwhile. */
const spareDelay = 100;

/** Attaches pods to a node's network and takes them away again. */
export const createNodePods = (options: NodePodsOptions): NodePods => {
  const { shell, pool, registry, nodeIp, nodeName, dns, podRange, bridge, nextName, enter, stuck } = options;
  const attached = new Map<string, Attachment>();

  /** Takes away what `addPod` made, and only when that is certain gives the address back. */
  const release = async (pod: Pod | undefined, { name, ip }: Own): Promise<void> => {
    try {
      await shell.run(removePod(name));
      // Connections of the pod that still wait to be accepted are met, as nobody's, before another pod can have the address.
      await nextTurn();
      await nextTurn();
      pool.give(ip);
    } catch (thrown) {
      stuck(pod, thrown);
    }
  };
  const describe = (pod: Pod, ip: string, name: string | undefined): PodNetwork => {
    const hostname = pod.hostNetwork ? nodeName : hostnameOf(pod.name);
    return {
      ip,
      hostIp: nodeIp,
      enter: enter(name),
      files: { resolvConf: resolvConf(dns, pod.namespace), hosts: hostsFile(ip, hostname), hostname },
      env: {},
    };
  };
  const isAttached = (uid: string, own: Attachment['own']): boolean => attached.get(uid)?.own === own;
  const make = (own: Own) => shell.run(addPod({ ...own, nodeIp, podRange, bridge }));

  /** Made in advance, or being made: nobody's, because no pod is known by its address before it is attached. */
  let spare: { readonly own: Own; readonly made: Promise<unknown> } | undefined;
  let timer: NodeJS.Timeout | undefined;
  let ended = false;
  const prepare = async (): Promise<void> => {
    timer = undefined;
    let own: Own;
    try {
      own = { ip: pool.take(), name: nextName() };
    } catch {
      // All addresses are taken, by pods.
      return;
    }
    const making = { own, made: make(own) };
    spare = making;
    try {
      await making.made;
    } catch {
      // Whoever took it meanwhile is told why, and gives it back.
      if (spare !== making) return;
      spare = undefined;
      if (!ended) await release(undefined, own);
    }
  };
  const prepareSoon = (): void => {
    if (ended || spare !== undefined || timer !== undefined) return;
    timer = setTimeout(() => void prepare(), spareDelay).unref();
  };
  const takeSpare = () => {
    const taken = spare;
    spare = undefined;
    return taken;
  };

  const connect = async (pod: Pod, own: Own, made: Promise<unknown> | undefined): Promise<PodNetwork> => {
    try {
      // Even what is there already is handed out a moment later: who is detached at once must not be registered.
      await (made ?? make(own));
    } catch (thrown) {
      // When it was detached meanwhile, that takes away what there is.
      if (isAttached(pod.uid, own)) {
        attached.delete(pod.uid);
        await release(pod, own);
      }
      throw thrown;
    }
    if (!isAttached(pod.uid, own)) throw new KernelError('closed', `Pod ${pod.namespace}/${pod.name} was detached.`);
    registry.add({ uid: pod.uid, namespace: pod.namespace, name: pod.name, ip: own.ip, hostNetwork: false }, true);
    return describe(pod, own.ip, own.name);
  };

  return {
    async attach(pod) {
      const known = attached.get(pod.uid);
      if (known !== undefined) return known.ready;
      if (pod.hostNetwork) {
        registry.add({ uid: pod.uid, namespace: pod.namespace, name: pod.name, ip: nodeIp, hostNetwork: true }, false);
        const ready = Promise.resolve(describe(pod, nodeIp, undefined));
        attached.set(pod.uid, { ready, own: undefined, pod });
        return ready;
      }
      const ready = takeSpare();
      const own = ready?.own ?? { ip: pool.take(), name: nextName() };
      const { promise, resolve } = Promise.withResolvers<PodNetwork>();
      attached.set(pod.uid, { ready: promise, own, pod });
      resolve(connect(pod, own, ready?.made));
      prepareSoon();
      return promise;
    },
    async detach(uid) {
      const attachment = attached.get(uid);
      attached.delete(uid);
      registry.remove(uid);
      if (attachment?.own === undefined) return;
      await attachment.ready.catch(() => undefined);
      await release(attachment.pod, attachment.own);
    },
    end() {
      ended = true;
      clearTimeout(timer);
      const own = [...attached.values()].map((attachment) => attachment.own);
      return [...own, spare?.own].flatMap((one) => (one === undefined ? [] : [one.name]));
    },
  };
};
