import { scriptedWire, untilAborted, type Seen } from '@podpass/kube-client/testing';
import { silentTelemetry } from '@podpass/telemetry';
import { describe, expect, it, vi } from 'vitest';
import { createServiceAccountReader } from './service-account-reader.ts';

const account = (name: string, clientId: string, resourceVersion = '1') => ({
  metadata: { name, namespace: 'ns', uid: `uid-${name}`, resourceVersion, annotations: { 'azure.workload.identity/client-id': clientId } },
  secrets: ['dropped'],
});
const clientIdOf = (found: object | undefined): unknown => (found as ReturnType<typeof account> | undefined)?.metadata.annotations;
const event = (type: string, object: object): string => JSON.stringify({ type, object });
const open = (answers: Parameters<typeof scriptedWire>[0], more: object = {}) => {
  const fake = scriptedWire(answers);
  const reader = createServiceAccountReader({
    wire: fake.wire,
    apiServer: 'https://api.test/',
    credential: { token: async () => 'token-1' },
    telemetry: silentTelemetry(),
    backoff: { first: 1, longest: 2 },
    ...more,
  });
  return { ...fake, reader };
};
const list = (items: unknown[], resourceVersion = '10', next?: string) => ({
  status: 200,
  body: { metadata: { resourceVersion, ...(next === undefined ? {} : { continue: next }) }, items },
});
const isList = (request: Seen): boolean => request.path.startsWith('/api/v1/serviceaccounts?limit');

describe('a live look-up', () => {
  it('tells missing from unreadable', async () => {
    const { reader } = open({
      reply: ({ path }) => (path.endsWith('/gone') ? { status: 404, body: {} } : { status: 403, body: { message: 'forbidden by rule' } }),
    });
    expect(await reader.get('ns', 'gone')).toBeUndefined();
    await expect(reader.get('ns', 'secret')).rejects.toMatchObject({
      code: 'unavailable',
      message: 'reading the service account ns/secret failed with status 403: forbidden by rule',
    });
  });

  it.each([
    ['..', 'a'],
    ['ns/..', 'a'],
    ['ns', 'a?b'],
    ['', 'a'],
    ['ns', '../secrets/x'],
  ])('never asks for names that cannot exist (%j, %j)', async (namespace, name) => {
    const { reader, seen } = open({ reply: () => ({ status: 200, body: {} }) });
    expect(await reader.get(namespace, name)).toBeUndefined();
    expect(seen).toEqual([]);
  });

  it('shows the credential', async () => {
    const { reader, seen } = open({ reply: () => ({ status: 200, body: account('a.b', 'c') }) });
    expect(clientIdOf(await reader.get('ns', 'a.b'))).toEqual({ 'azure.workload.identity/client-id': 'c' });
    expect(seen[0]).toMatchObject({
      path: '/api/v1/namespaces/ns/serviceaccounts/a.b',
      headers: { Authorization: 'Bearer token-1' },
    });
  });
});

describe('the cache', () => {
  it('lists page by page, follows the watch and answers without asking', async () => {
    const { reader, seen } = open({
      reply: (request) => {
        if (request.path.includes('continue=more')) return list([account('two', 'c2')]);
        return isList(request) ? list([account('one', 'c1')], '9', 'more') : { status: 404, body: {} };
      },
      async *watch(_, signal) {
        yield event('ADDED', account('three', 'c3', '11'));
        yield event('MODIFIED', account('one', 'c1b', '12'));
        yield event('DELETED', account('two', 'c2', '13'));
        yield event('BOOKMARK', { metadata: { resourceVersion: '14' } });
        await untilAborted(signal);
      },
    });
    expect(reader.synced).toBe(false);
    reader.start();
    await vi.waitFor(async () => expect(clientIdOf(await reader.get('ns', 'one'))).toEqual({ 'azure.workload.identity/client-id': 'c1b' }));
    expect(reader.synced).toBe(true);
    const before = seen.length;
    expect(await reader.get('ns', 'three')).toEqual({ metadata: expect.objectContaining({ name: 'three' }) as object });
    expect(seen).toHaveLength(before);
    expect(await reader.get('ns', 'two')).toBeUndefined();
    expect(seen).toHaveLength(before + 1);
    await reader.close();
  });

  it('goes on from the last revision when the server ends the watch', async () => {
    let watches = 0;
    const { reader, seen } = open({
      reply: () => list([], '10'),
      async *watch(_, signal) {
        if (++watches === 1) yield event('BOOKMARK', { metadata: { resourceVersion: '44' } });
        else await untilAborted(signal);
      },
    });
    reader.start();
    await vi.waitFor(() => expect(watches).toBe(2));
    const paths = seen.map((request) => request.path).filter((path) => path.includes('watch=true'));
    expect(paths[0]).toContain('resourceVersion=10');
    expect(paths[1]).toContain('resourceVersion=44');
    await reader.close();
  });

  it.each([
    ['an ERROR event', event('ERROR', { kind: 'Status', code: 410, message: 'too old resource version' })],
    ['a status instead of events', JSON.stringify({ kind: 'Status', code: 410 })],
    ['something that is no JSON', '<html>'],
  ])('lists anew after %s', async (_, line) => {
    let lists = 0;
    const { reader } = open({
      reply: (request) => (isList(request) ? list([account(`gen${++lists}`, 'c')]) : { status: 404, body: {} }),
      async *watch(__, signal) {
        if (lists === 1) yield line;
        else await untilAborted(signal);
      },
    });
    reader.start();
    await vi.waitFor(async () => expect(await reader.get('ns', 'gen2')).toBeDefined());
    expect(await reader.get('ns', 'gen1')).toBeUndefined();
    await reader.close();
  });

  it('tries again after failures of any kind', async () => {
    let calls = 0;
    const { reader } = open({
      reply: () => {
        calls += 1;
        if (calls === 1) throw new Error('connection refused');
        if (calls === 2) return { status: 500, body: {} };
        return list([account('late', 'c')]);
      },
      async *watch(_, signal) {
        await untilAborted(signal);
        yield* [];
      },
    });
    reader.start();
    await vi.waitFor(() => expect(reader.synced).toBe(true));
    await reader.close();
  });
});
