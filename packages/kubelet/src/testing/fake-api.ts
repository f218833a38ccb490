import type { WireAnswer, WireClient, WireRequest } from '@podpass/http';
import { isObject, parseJson, type Clock } from '@podpass/kernel';
import type { Pod } from '../api/types.ts';

type Fields = Record<string, unknown>;

const merge = (target: unknown, patch: unknown): unknown => {
  if (!isObject(patch)) return patch;
  const result: Fields = isObject(target) ? { ...target } : {};
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete result[name];
    else result[name] = merge(result[name], value);
  }
  return result;
};

/** An API server in memory, behind the wire client's interface: objects by path, watches of pods, token requests. */
export const createFakeApi = (clock: Clock) => {
  const objects = new Map<string, Fields>();
  const watchers = new Set<(line: string) => void>();
  const tokenRequests: Fields[] = [];
  const requests: string[] = [];
  const history: { revision: number; line: string }[] = [];
  let revision = 1;
  let deletionsToFail = 0;
  let tokenFailure: { status: number; message: string } | undefined;

  const answer = (status: number, body: unknown): WireAnswer => ({ status, headers: {}, body: Buffer.from(JSON.stringify(body)) });
  const refuse = (status: number, message: string) => answer(status, { kind: 'Status', reason: 'Refused', message });
  const isPodPath = (path: string) => /^\/api\/v1\/namespaces\/[^/]+\/pods\/[^/]+$/u.test(path);

  const store = (path: string, object: Fields, type = 'MODIFIED'): Fields => {
    revision += 1;
    const kept: Fields = { ...object, metadata: { ...(object['metadata'] as Fields), resourceVersion: String(revision) } };
    if (type === 'DELETED') objects.delete(path);
    else objects.set(path, kept);
    if (isPodPath(path)) {
      const line = JSON.stringify({ type, object: kept });
      history.push({ revision, line });
      for (const watcher of watchers) watcher(line);
    }
    return kept;
  };

  const issue = (body: Fields): WireAnswer => {
    if (tokenFailure !== undefined) return refuse(tokenFailure.status, tokenFailure.message);
    tokenRequests.push(body);
    const seconds = Number((body['spec'] as Fields)['expirationSeconds']);
    return answer(201, {
      status: { token: `token-${String(tokenRequests.length)}`, expirationTimestamp: new Date(clock.now() + seconds * 1000).toISOString() },
    });
  };

  const handle = ({ method, url, body }: WireRequest): WireAnswer => {
    const { pathname } = new URL(url);
    requests.push(`${method} ${pathname}`);
    const path = pathname.replace(/\/status$/u, '');
    const given = (parseJson(String(body ?? '{}')) ?? {}) as Fields;
    if (pathname.endsWith('/token')) return issue(given);
    if (method === 'GET' && pathname === '/api/v1/pods') {
      return answer(200, {
        metadata: { resourceVersion: String(revision) },
        items: [...objects].filter(([key]) => isPodPath(key)).map(([, pod]) => pod),
      });
    }
    if (method === 'POST') {
      const key = `${pathname}/${String((given['metadata'] as Fields)['name'])}`;
      return objects.has(key) ? refuse(409, 'already exists') : answer(201, store(key, given, 'ADDED'));
    }
    const present = objects.get(path);
    if (present === undefined)
      return refuse(404, `${path.split('/').at(-2)?.replace(/s$/u, '') ?? ''} "${path.split('/').at(-1) ?? ''}" not found`);
    if (method === 'DELETE' && deletionsToFail > 0) {
      deletionsToFail -= 1;
      return refuse(503, 'not now');
    }
    if (method === 'DELETE') return answer(200, store(path, present, 'DELETED'));
    return answer(200, method === 'PATCH' ? store(path, merge(present, given) as Fields) : present);
  };

  const wire: WireClient = {
    request: async (request) => handle(request),
    async *lines({ url, signal }) {
      const from = Number(new URL(url).searchParams.get('resourceVersion'));
      const queue = history.filter((entry) => entry.revision > from).map((entry) => entry.line);
      let wake: () => void = () => undefined;
      const listener = (line: string) => {
        queue.push(line);
        wake();
      };
      watchers.add(listener);
      signal?.addEventListener('abort', () => wake());
      try {
        while (signal?.aborted !== true) {
          for (let line = queue.shift(); line !== undefined; line = queue.shift()) yield line;
          await new Promise<void>((resolve) => {
            wake = resolve;
            if (queue.length > 0 || signal?.aborted === true) resolve();
          });
        }
      } finally {
        watchers.delete(listener);
      }
    },
    close: async () => undefined,
  };

  const podPath = (name: string) => `/api/v1/namespaces/default/pods/${name}`;
  return {
    wire,
    tokenRequests,
    requests,
    failTokens(failure: { status: number; message: string } | undefined) {
      tokenFailure = failure;
    },
    /** Refuses that many deletions. */
    failDeletions(count: number) {
      deletionsToFail = count;
    },
    put: (path: string, object: Fields) => store(path, object, objects.has(path) ? 'MODIFIED' : 'ADDED'),
    addPod: (pod: Pod) => store(podPath(pod.metadata.name), pod as object as Fields, 'ADDED'),
    deletePod(name: string, grace: number) {
      const pod = objects.get(podPath(name));
      const metadata = {
        ...(pod?.['metadata'] as Fields),
        deletionTimestamp: new Date(clock.now()).toISOString(),
        deletionGracePeriodSeconds: grace,
      };
      store(podPath(name), { ...pod, metadata });
    },
    object: (path: string): Fields | undefined => objects.get(path),
    pod: (name: string) => objects.get(podPath(name)) as (Fields & Pod) | undefined,
    events: () =>
      [...objects]
        .filter(([path]) => path.includes('/events/'))
        .map(([, event]) => event as { reason: string; message: string; count: number; type: string }),
  };
};

export type FakeApi = ReturnType<typeof createFakeApi>;
