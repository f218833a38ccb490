import type { JsonObject } from '@podpass/kernel';
import { KubeError, type KubeClient } from '@podpass/kube-client';

type Listener = (event: { readonly type: string; readonly object: JsonObject }) => void;

/** An API server in memory, as far as this package asks one: objects by path, watches, definitions that are established at once. */
export interface MemoryCluster {
  readonly client: KubeClient;
  /** Objects by path. */
  readonly objects: ReadonlyMap<string, JsonObject>;
  /** Requests that change something, as `VERB path`. */
  readonly writes: string[];
  /** Answers with this error instead, for paths that it names. */
  fail: (verb: string, path: string) => KubeError | undefined;
  /** The names of kinds for discovery at `/api/v1`. */
  readonly kinds: Map<string, string>;
}

const metadataOf = (object: JsonObject) => object['metadata'] as JsonObject & { readonly name: string };
const collectionOf = (path: string) => path.slice(0, path.lastIndexOf('/'));

const merge = (base: unknown, change: unknown): unknown => {
  if (typeof change !== 'object' || change === null || Array.isArray(change)) return change;
  const whole: Record<string, unknown> = { ...(typeof base === 'object' && base !== null ? base : {}) };
  for (const [key, value] of Object.entries(change)) whole[key] = merge(whole[key], value);
  return whole;
};

export const createMemoryCluster = (): MemoryCluster => {
  const objects = new Map<string, JsonObject>();
  const listeners = new Map<string, Set<Listener>>();
  const writes: string[] = [];
  let version = 1;

  const tell = (path: string, type: string, object: JsonObject) => {
    for (const listener of listeners.get(collectionOf(path)) ?? []) listener({ type, object });
  };
  const put = (path: string, given: JsonObject, keepGeneration = false): JsonObject => {
    version += 1;
    const before = objects.get(path);
    const old: JsonObject = before === undefined ? {} : metadataOf(before);
    const generation = (typeof old['generation'] === 'number' ? old['generation'] : 0) + (keepGeneration ? 0 : 1);
    const metadata = { ...metadataOf(given), uid: old['uid'] ?? `uid-${version}`, resourceVersion: String(version), generation };
    const established =
      given['kind'] === 'CustomResourceDefinition' ? { status: { conditions: [{ type: 'Established', status: 'True' }] } } : {};
    const object = { ...given, metadata, ...established };
    objects.set(path, object);
    tell(path, before === undefined ? 'ADDED' : 'MODIFIED', object);
    return object;
  };
  const remove = (path: string) => {
    const object = objects.get(path);
    if (object === undefined) throw new KubeError(404, 'NotFound', 'not found');
    objects.delete(path);
    tell(path, 'DELETED', object);
    // Objects go with the definition of their kind.
    if (object['kind'] !== 'CustomResourceDefinition') return;
    const [plural = '', group = ''] = metadataOf(object).name.split(/\.(.*)/s);
    for (const each of objects.keys()) if (each.startsWith(`/apis/${group}/`) && each.includes(`/${plural}/`)) remove(each);
  };
  const cluster: MemoryCluster & { fail: MemoryCluster['fail'] } = {
    objects,
    writes,
    kinds: new Map([['pods', 'Pod']]),
    fail: () => undefined,
    client: {
      async get(target) {
        const [path = ''] = target.split('?', 1);
        const found = objects.get(path);
        if (found !== undefined) return found;
        if (path === '/api/v1') return { resources: [...cluster.kinds].map(([name, kind]) => ({ name, kind, verbs: ['list'] })) };
        if (path.split('/').length > 5 && !path.endsWith('s')) throw new KubeError(404, 'NotFound', 'not found');
        const inside = [...objects].filter(([each]) => collectionOf(each) === path || (path === '/api/v1/pods' && each.includes('/pods/')));
        if (
          inside.length === 0 &&
          /customresourcedefinitions\/|constrainttemplates\/|namespaces\/|configurations\/|services\/|endpoints\//.test(path)
        )
          throw new KubeError(404, 'NotFound', 'not found');
        return { metadata: { resourceVersion: String(version) }, items: inside.map(([, object]) => object) };
      },
      async create(collection, body) {
        const path = `${collection}/${metadataOf(body).name}`;
        writes.push(`create ${path}`);
        const failure = cluster.fail('create', path);
        if (failure !== undefined) throw failure;
        if (objects.has(path)) throw new KubeError(409, 'AlreadyExists', 'exists');
        return put(path, body);
      },
      async replace(path, body) {
        writes.push(`replace ${path}`);
        return put(path, body);
      },
      async patch(target, body) {
        writes.push(`patch ${target}`);
        const path = target.replace(/\/status$/, '');
        const before = objects.get(path);
        if (before === undefined) throw new KubeError(404, 'NotFound', 'not found');
        return put(path, merge(before, body) as JsonObject, target.endsWith('/status'));
      },
      async delete(path) {
        writes.push(`delete ${path}`);
        remove(path);
      },
      async *watch(target, signal) {
        const [path = ''] = target.split('?', 1);
        const waiting: { type: string; object: JsonObject }[] = [];
        let wake = () => {};
        const listener: Listener = (event) => {
          waiting.push(event);
          wake();
        };
        const own = listeners.get(path) ?? new Set();
        listeners.set(path, own.add(listener));
        signal.addEventListener('abort', () => wake(), { once: true });
        while (!signal.aborted) {
          const next = waiting.shift();
          if (next === undefined) await new Promise<void>((resolve) => (wake = resolve));
          else yield next;
        }
        own.delete(listener);
      },
    },
  };
  return cluster;
};
