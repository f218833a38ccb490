import { createClock } from '@podpass/kernel';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { JsonObject } from '@podpass/kernel';
import { KubeError } from '../error.ts';
import type { KubeClient } from '../types.ts';
import { runWithLease, type LeaseOptions } from './run.ts';

beforeEach(() => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
afterEach(() => vi.useRealTimers());

/** One lock object with compare-and-swap, a way to cut a candidate off, and paths that nobody may touch. */
const leaseServer = (forbidden: readonly string[] = []) => {
  let lease: { object: JsonObject; path: string; version: number } | undefined;
  const cut = new Set<string>();
  const shown = (): JsonObject => ({
    ...lease?.object,
    metadata: { ...(lease?.object['metadata'] as JsonObject), name: 'l', resourceVersion: String(lease?.version) },
  });
  const client = (identity: string): KubeClient => {
    const refuse = (status: number): never => {
      throw new KubeError(status, '', `status ${String(status)}`);
    };
    const online = (path: string) => {
      if (cut.has(identity)) throw new Error('unreachable');
      if (forbidden.some((part) => path.includes(part))) refuse(403);
    };
    return {
      get: async (path) => (online(path), lease === undefined ? refuse(404) : shown()),
      create: async (path, body) => {
        online(path);
        if (lease !== undefined) return refuse(409);
        lease = { object: body, path, version: 1 };
        return shown();
      },
      replace: async (path, body) => {
        online(path);
        if (lease === undefined) return refuse(404);
        if ((body['metadata'] as { resourceVersion: string }).resourceVersion !== String(lease.version)) return refuse(409);
        lease = { object: body, path, version: lease.version + 1 };
        return shown();
      },
      patch: async () => refuse(405),
      delete: async () => refuse(405),
      watch: () => refuse(405),
    };
  };
  return { client, cut, path: () => lease?.path, object: () => lease?.object, spec: () => lease?.object['spec'] };
};

const candidate = (server: ReturnType<typeof leaseServer>, identity: string, leading: Set<string>, extra: Partial<LeaseOptions> = {}) => {
  const stop = new AbortController();
  const state = { lost: false, outcome: '' };
  const done = runWithLease({
    client: server.client(identity),
    namespace: 'ns',
    name: 'l',
    identity,
    clock: createClock({ frozenAt: 0 }),
    signal: stop.signal,
    onStarted: async (signal) => {
      leading.add(identity);
      expect(leading.size).toBe(1);
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
      leading.delete(identity);
    },
    onLost: () => {
      state.lost = true;
    },
    ...extra,
  }).then((outcome) => {
    state.outcome = outcome;
  });
  return { stop, state, done };
};

it('refuses times that cannot work', async () => {
  const server = leaseServer();
  await expect(
    runWithLease({
      client: server.client('a'),
      namespace: 'n',
      name: 'l',
      identity: 'a',
      clock: createClock(),
      signal: new AbortController().signal,
      renew: 20_000,
      onStarted: async () => undefined,
    }),
  ).rejects.toThrow(/retry < renew < duration/);
});

it('without rights nobody leads, and the reason is told each time', async () => {
  for (const extra of [{}, { endpointsInstead: true }]) {
    const server = leaseServer(['/leases', '/endpoints']);
    const reasons: string[] = [];
    const leading = new Set<string>();
    const a = candidate(server, 'a', leading, { ...extra, onFailed: (message) => reasons.push(message) });
    await vi.advanceTimersByTimeAsync(10_000);
    expect(leading.size).toBe(0);
    expect(reasons.length).toBeGreaterThan(1);
    expect(new Set(reasons)).toEqual(new Set(['status 403']));
    a.stop.abort();
    await a.done;
    expect(a.state.outcome).toBe('stopped');
  }
});

it('Endpoints are left alone where leases may be had, and where nobody asked for them', async () => {
  for (const [forbidden, endpointsInstead] of [
    [[], true],
    [['/leases'], false],
  ] as const) {
    const server = leaseServer(forbidden);
    const a = candidate(server, 'a', new Set(), { endpointsInstead });
    await vi.advanceTimersByTimeAsync(100);
    expect(server.path() ?? '').not.toContain('endpoints');
    a.stop.abort();
    await a.done;
  }
});

it('where only Endpoints may be had their annotation is the lock, as client-go writes it', async () => {
  const server = leaseServer(['/leases']);
  const leading = new Set<string>();
  const record = (): unknown => {
    const { metadata } = (server.object() ?? {}) as { metadata?: { annotations: Record<string, string> } };
    return JSON.parse(metadata?.annotations['control-plane.alpha.kubernetes.io/leader'] ?? 'null');
  };
  const a = candidate(server, 'a', leading, { endpointsInstead: true });
  await vi.advanceTimersByTimeAsync(100);
  const b = candidate(server, 'b', leading, { endpointsInstead: true });
  await vi.advanceTimersByTimeAsync(10_000);
  expect([...leading]).toEqual(['a']);
  expect(server.path()).toBe('/api/v1/namespaces/ns/endpoints/l');
  expect(record()).toMatchObject({
    holderIdentity: 'a',
    leaseDurationSeconds: 15,
    leaderTransitions: 0,
    renewTime: '1970-01-01T00:00:00.000000Z',
  });
  server.cut.add('a');
  await vi.advanceTimersByTimeAsync(30_000);
  expect(a.state.outcome).toBe('lost');
  expect([...leading]).toEqual(['b']);
  expect(record()).toMatchObject({ holderIdentity: 'b', leaderTransitions: 1 });
  b.stop.abort();
  await b.done;
  expect(record()).toMatchObject({ holderIdentity: '' });
});

it('only one leads; the other takes over once the lease was given back, under a frozen clock too', async () => {
  const server = leaseServer();
  const leading = new Set<string>();
  const a = candidate(server, 'a', leading);
  await vi.advanceTimersByTimeAsync(100);
  const b = candidate(server, 'b', leading);
  await vi.advanceTimersByTimeAsync(60_000);
  expect([...leading]).toEqual(['a']);
  expect(server.spec()).toMatchObject({
    holderIdentity: 'a',
    leaseDurationSeconds: 15,
    leaseTransitions: 0,
    renewTime: '1970-01-01T00:00:00.000000Z',
  });
  a.stop.abort();
  await a.done;
  expect(a.state).toEqual({ lost: false, outcome: 'stopped' });
  expect(server.spec()).toMatchObject({ holderIdentity: '' });
  await vi.advanceTimersByTimeAsync(5_000);
  expect([...leading]).toEqual(['b']);
  b.stop.abort();
  await b.done;
});

it('a leader that is cut off stops before another can start', async () => {
  const server = leaseServer();
  const leading = new Set<string>();
  const a = candidate(server, 'a', leading);
  await vi.advanceTimersByTimeAsync(100);
  const b = candidate(server, 'b', leading);
  await vi.advanceTimersByTimeAsync(10_000);
  server.cut.add('a');
  await vi.advanceTimersByTimeAsync(8_000);
  expect(a.state).toEqual({ lost: true, outcome: 'lost' });
  expect([...leading]).toEqual([]);
  await vi.advanceTimersByTimeAsync(15_000);
  expect([...leading]).toEqual(['b']);
  expect(server.spec()).toMatchObject({ holderIdentity: 'b', leaseTransitions: 1 });
  b.stop.abort();
  await b.done;
});

it('what ends by itself gives the lease back, and what fails is passed on', async () => {
  const server = leaseServer();
  const finished = candidate(server, 'a', new Set(), { onStarted: async () => undefined });
  await finished.done;
  expect(finished.state.outcome).toBe('finished');
  expect(server.spec()).toMatchObject({ holderIdentity: '' });
  const failing = candidate(server, 'a', new Set(), { onStarted: async () => Promise.reject(new Error('boom')) });
  await expect(failing.done).rejects.toThrow('boom');
  expect(server.spec()).toMatchObject({ holderIdentity: '' });
});
