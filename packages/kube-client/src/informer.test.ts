import { silentTelemetry } from '@podpass/telemetry';
import { afterEach, expect, it } from 'vitest';
import { createKubeClient } from './client.ts';
import { createInformer } from './informer.ts';
import type { InformerOptions } from './types.ts';
import { scriptedWire, stored, untilAborted } from './testing/scripted-wire.ts';

const stop = { controller: new AbortController() };
afterEach(() => {
  stop.controller.abort();
  stop.controller = new AbortController();
});

const follow = (script: Parameters<typeof scriptedWire>[0], more: Partial<InformerOptions> = {}) => {
  const { wire, seen } = scriptedWire(script);
  const changes: string[] = [];
  const informer = createInformer({
    client: createKubeClient({ origin: 'https://api.test', wire, credential: { token: async () => 't' }, userAgent: 'ua' }),
    path: '/api/v1/pods',
    labelSelector: 'a=b',
    log: silentTelemetry().log,
    onChange: (before, after) => {
      const version = (object: typeof after) => (object === undefined ? '-' : `${object.metadata.uid}@${object.metadata.resourceVersion}`);
      changes.push(`${version(before)} ${version(after)}`);
    },
    ...more,
  });
  return { informer, changes, seen };
};
const event = (type: string, object: object) => ({ type, object });

it('rejects when it is stopped before the first list', async () => {
  const { informer } = follow({ reply: () => ({ status: 503, body: {} }) });
  const starting = informer.start(stop.controller.signal);
  stop.controller.abort();
  await expect(starting).rejects.toThrow(/stopped/);
  expect(informer.synced).toBe(false);
});

it('reads all pages, then watches from the version of the list', async () => {
  const { informer, seen } = follow({
    reply: ({ path }) =>
      path.includes('continue=next')
        ? { status: 200, body: { metadata: { resourceVersion: '7' }, items: [stored('b', 2)] } }
        : { status: 200, body: { metadata: { resourceVersion: '7', continue: 'next' }, items: [stored('a', 1), { junk: true }, null] } },
    watch: async function* (_seen, signal) {
      await untilAborted(signal);
      yield* [];
    },
  });
  await informer.start(stop.controller.signal);
  expect([...informer.list()].map(({ metadata }) => metadata.name)).toEqual(['a', 'b']);
  expect(informer.byUid('uid-b')).toBe(informer.get('ns/b'));
  await expect
    .poll(() => seen.at(-1)?.path)
    .toBe('/api/v1/pods?labelSelector=a%3Db&watch=true&allowWatchBookmarks=true&timeoutSeconds=300&resourceVersion=7');
});

it('follows changes, passes over what is malformed, and goes on from bookmarks after the watch broke', async () => {
  const watches: string[] = [];
  const { informer, changes } = follow({
    reply: () => ({ status: 200, body: { metadata: { resourceVersion: '1' }, items: [stored('a', 1)] } }),
    watch: async function* ({ path }, signal) {
      watches.push(new URL(path, 'https://x').searchParams.get('resourceVersion') ?? '');
      if (watches.length === 1) {
        yield event('MODIFIED', stored('a', 2));
        yield event('ADDED', { metadata: 'nonsense' });
        yield event('ADDED', stored('b', 3));
        yield event('DELETED', stored('a', 4));
        yield event('BOOKMARK', { metadata: { resourceVersion: '9' } });
        throw new Error('broken');
      }
      await untilAborted(signal);
    },
  });
  await informer.start(stop.controller.signal);
  await expect.poll(() => watches).toEqual(['1', '9']);
  expect(changes).toEqual(['- uid-a@1', 'uid-a@1 uid-a@2', '- uid-b@3', 'uid-a@2 -']);
});

it('after 410 it lists again and tells what was missed: gone, replaced under the same name, changed, new', async () => {
  let lists = 0;
  const { informer, changes } = follow({
    reply: () => {
      lists += 1;
      const items =
        lists === 1
          ? [stored('gone', 1), stored('replaced', 2), stored('changed', 3), stored('same', 4)]
          : [stored('replaced', 6, 'uid-other'), stored('changed', 7), stored('same', 4), stored('new', 8)];
      return { status: 200, body: { metadata: { resourceVersion: String(lists) }, items } };
    },
    watch: async function* (_seen, signal) {
      if (lists === 1) yield event('ERROR', { kind: 'Status', code: 410, reason: 'Expired', message: 'too old' });
      await untilAborted(signal);
    },
  });
  await informer.start(stop.controller.signal);
  await expect.poll(() => changes.length).toBe(9);
  expect(changes.slice(4)).toEqual(['uid-gone@1 -', 'uid-replaced@2 -', '- uid-other@6', 'uid-changed@3 uid-changed@7', '- uid-new@8']);
});

it('settles only when its last request has ended', async () => {
  let closed = false;
  const { informer } = follow({
    reply: () => ({ status: 200, body: { metadata: { resourceVersion: '1' }, items: [] } }),
    watch: async function* (_seen, signal) {
      await untilAborted(signal);
      await new Promise((resolve) => setTimeout(resolve, 20));
      closed = true;
      yield* [];
    },
  });
  await informer.start(stop.controller.signal);
  stop.controller.abort();
  await informer.settle();
  expect(closed).toBe(true);
});

it('keeps only what it is told to, and says after every list that the cache holds it', async () => {
  let lists = 0;
  const told: string[] = [];
  const { informer } = follow(
    {
      reply: () => ({
        status: 200,
        body: { metadata: { resourceVersion: '1' }, items: [{ ...stored('a', (lists += 1)), data: 'large' }] },
      }),
      watch: async function* (_seen, signal) {
        if (lists === 1) yield { ...event('ADDED', { ...stored('b', 5), data: 'large' }) };
        if (lists === 1) yield event('ERROR', { kind: 'Status', code: 410 });
        await untilAborted(signal);
      },
    },
    {
      pauses: { shortest: 1, longest: 1 },
      keep: ({ metadata }) => ({ metadata }),
      onChange: (_before, after) => told.push(after === undefined ? 'gone' : Object.keys(after).join()),
      onList: () => told.push(`list of ${[...informer.list()].length}`),
    },
  );
  await informer.start(stop.controller.signal);
  await expect.poll(() => told).toEqual(['metadata', 'list of 1', 'metadata', 'gone', 'metadata', 'list of 1']);
});
