import type { WireAnswer, WireClient, WireRequest } from '@podpass/http';
import { isObject, parseJson } from '@podpass/kernel';
import { jsonPatch, mergePatch } from './json-patch.ts';

type Stored = Record<string, unknown> & { metadata: Record<string, unknown> & { name: string; uid: string; resourceVersion: string } };
interface Change {
  readonly version: number;
  readonly collection: string;
  readonly before: Stored | undefined;
  readonly after: Stored | undefined;
}
interface FakeCall {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly body: unknown;
}

/**
 * An API server in memory behind a wire client: objects of any kind with versions, preconditions, finalizers, label
 * selectors and watches. `intercept` sees each write first and can refuse it with a status.
 */
export const createFakeApi = () => {
  const objects = new Map<string, Stored>();
  const log: Change[] = [];
  const waiting = new Set<() => void>();
  const calls: FakeCall[] = [];
  const hooks: { intercept?: (call: FakeCall) => number | undefined; onChange?: (change: Change) => void } = {};
  let version = 0;
  let uids = 0;

  const split = (path: string): { collection: string; key: string; namespace: string | undefined; name: string | undefined } => {
    const parts = path.split('/').slice(1).map(decodeURIComponent);
    const root = parts.slice(0, parts[0] === 'api' ? 2 : 3).join('/');
    let rest = parts.slice(parts[0] === 'api' ? 2 : 3);
    let namespace: string | undefined;
    if (rest[0] === 'namespaces' && rest.length > 2) [, namespace, ...rest] = rest;
    const [plural = '', name] = rest;
    const collection = `${root}/${plural}`;
    return { collection, key: `${collection}|${namespace ?? ''}|${name ?? ''}`, namespace, name };
  };
  const matches = (object: Stored | undefined, selector: string | null): boolean => {
    if (object === undefined) return false;
    if (selector === null) return true;
    const labels = isObject(object.metadata['labels']) ? object.metadata['labels'] : {};
    const [name = '', value] = selector.split('=');
    return value === undefined ? Object.hasOwn(labels, name) : labels[name] === value;
  };
  const wakeAll = (): void => {
    for (const wake of waiting) wake();
    waiting.clear();
  };
  const record = (collection: string, before: Stored | undefined, after: Stored | undefined): void => {
    const change = { version, collection, before, after };
    log.push(change);
    hooks.onChange?.(change);
    wakeAll();
  };
  const store = (key: string, value: unknown, before: Stored | undefined): Stored => {
    version += 1;
    const given = structuredClone(value) as Stored;
    const metadata = { ...given.metadata, uid: before?.metadata.uid ?? `uid-${String((uids += 1))}`, resourceVersion: String(version) };
    const after = { ...given, metadata } as Stored;
    const { collection } = split(`/${key.split('|')[0] ?? ''}`);
    const finalizers = after.metadata['finalizers'];
    if (typeof after.metadata['deletionTimestamp'] === 'string' && (!Array.isArray(finalizers) || finalizers.length === 0)) {
      objects.delete(key);
      record(collection, before, undefined);
    } else {
      objects.set(key, after);
      record(collection, before, after);
    }
    return after;
  };

  const handle = (method: string, url: URL, body: unknown): { status: number; body: unknown } => {
    const { collection, key, namespace, name } = split(url.pathname);
    const refuse = (status: number, reason: string) => ({
      status,
      body: { kind: 'Status', code: status, reason, message: `${reason}: ${url.pathname}` },
    });
    if (method === 'POST') {
      const metadata = isObject(body) && isObject(body['metadata']) ? body['metadata'] : {};
      const full = `${collection}|${namespace ?? ''}|${String(metadata['name'])}`;
      if (objects.has(full)) return refuse(409, 'AlreadyExists');
      return {
        status: 201,
        body: store(full, { ...(body as object), metadata: { ...metadata, ...(namespace === undefined ? {} : { namespace }) } }, undefined),
      };
    }
    if (name === undefined) {
      const items = [...objects.entries()]
        .filter(
          ([at, object]) =>
            at.startsWith(namespace === undefined ? `${collection}|` : `${collection}|${namespace}|`) &&
            matches(object, url.searchParams.get('labelSelector')),
        )
        .map(([, object]) => object);
      return { status: 200, body: { kind: 'List', metadata: { resourceVersion: String(version) }, items } };
    }
    const present = objects.get(key);
    if (present === undefined) return refuse(404, 'NotFound');
    if (method === 'GET') return { status: 200, body: present };
    if (method === 'DELETE') {
      const finalizers = present.metadata['finalizers'];
      if (Array.isArray(finalizers) && finalizers.length > 0)
        return {
          status: 200,
          body: store(key, { ...present, metadata: { ...present.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' } }, present),
        };
      version += 1;
      objects.delete(key);
      record(collection, present, undefined);
      return { status: 200, body: {} };
    }
    if (method === 'PUT') {
      const given = isObject(body) && isObject(body['metadata']) ? body['metadata']['resourceVersion'] : undefined;
      if (given !== undefined && given !== present.metadata.resourceVersion) return refuse(409, 'Conflict');
      return { status: 200, body: store(key, body, present) };
    }
    try {
      const patched = Array.isArray(body) ? jsonPatch(present, body as { op: string; path: string }[]) : mergePatch(present, body);
      return { status: 200, body: store(key, patched, present) };
    } catch {
      return refuse(422, 'Invalid');
    }
  };

  async function* watch(request: WireRequest): AsyncGenerator<string> {
    const url = new URL(request.url);
    const { collection } = split(url.pathname);
    const selector = url.searchParams.get('labelSelector');
    let next = log.findIndex((change) => change.version > Number(url.searchParams.get('resourceVersion')));
    if (next < 0) next = log.length;
    request.signal?.addEventListener('abort', wakeAll, { once: true });
    while (request.signal?.aborted !== true) {
      for (; next < log.length; next += 1) {
        const change = log[next];
        if (change === undefined || change.collection !== collection) continue;
        const [was, is] = [matches(change.before, selector), matches(change.after, selector)];
        if (!was && !is) continue;
        const type = is ? (was ? 'MODIFIED' : 'ADDED') : 'DELETED';
        const object = is
          ? change.after
          : { ...change.before, metadata: { ...change.before?.metadata, resourceVersion: String(change.version) } };
        yield JSON.stringify({ type, object });
      }
      await new Promise<void>((resolve) => waiting.add(resolve));
    }
  }

  const wire: WireClient = {
    async request(request): Promise<WireAnswer> {
      const url = new URL(request.url);
      const body = request.body === undefined ? undefined : parseJson(String(request.body));
      await new Promise((resolve) => setImmediate(resolve));
      request.signal?.throwIfAborted();
      const call = { method: request.method, path: url.pathname, body };
      calls.push(call);
      const refused = hooks.intercept?.(call);
      const answer =
        refused === undefined ? handle(request.method, url, body) : { status: refused, body: { message: 'refused by the test' } };
      return { status: answer.status, headers: {}, body: Buffer.from(JSON.stringify(answer.body)) };
    },
    lines: watch,
    close: async () => undefined,
  };
  const direct = (method: string, path: string, body?: unknown): Stored => {
    const answer = handle(method, new URL(path, 'https://api.test'), body);
    if (answer.status > 299) throw new Error(`${method} ${path}: ${String(answer.status)}`);
    return answer.body as Stored;
  };
  return {
    wire,
    calls,
    hooks,
    put: (path: string, body: unknown) => {
      const name = (body as Stored).metadata.name;
      return objects.has(split(`${path}/${name}`).key) ? direct('PUT', `${path}/${name}`, body) : direct('POST', path, body);
    },
    delete: (path: string) => direct('DELETE', path),
    get: (path: string) => objects.get(split(path).key),
    list: (path: string): readonly Stored[] => (direct('GET', path) as unknown as { items: Stored[] }).items,
    /** Changes kept for watches; tests of memory trim it. */
    log,
  };
};

export type FakeApi = ReturnType<typeof createFakeApi>;
