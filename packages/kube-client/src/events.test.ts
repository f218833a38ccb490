import { createClock } from '@podpass/kernel';
import { silentTelemetry } from '@podpass/telemetry';
import { expect, it } from 'vitest';
import { createKubeClient } from './client.ts';
import { createEventRecorder } from './events.ts';
import { scriptedWire, type Seen } from './testing/scripted-wire.ts';

const recorderOf = (reply: (seen: Seen) => { status: number; body: unknown }) => {
  const { wire, seen } = scriptedWire({ reply });
  const client = createKubeClient({ origin: 'https://api.test', wire, credential: { token: async () => 't' }, userAgent: 'ua' });
  return {
    recorder: createEventRecorder({ client, clock: createClock({ frozenAt: 0 }), log: silentTelemetry().log, component: 'me' }),
    seen,
  };
};
const event = { object: { apiVersion: 'v1', kind: 'Pod', name: 'p', namespace: 'ns', uid: 'u' }, reason: 'r', message: 'm' } as const;

it('never fails, whatever the server says', async () => {
  const { recorder } = recorderOf(() => ({ status: 403, body: {} }));
  recorder.record(event);
  await expect(recorder.settle()).resolves.toBeUndefined();
});

it('counts the same event, and begins anew when the server forgot it', async () => {
  let forgotten = false;
  const { recorder, seen } = recorderOf(({ method }) => ({ status: method === 'PATCH' && forgotten ? 404 : 200, body: {} }));
  recorder.record(event);
  recorder.record(event);
  recorder.record({ ...event, message: 'other', type: 'Warning' });
  recorder.record({ ...event, object: { ...event.object, fieldPath: 'spec.containers{c}' } });
  await recorder.settle();
  forgotten = true;
  recorder.record(event);
  await recorder.settle();
  expect(seen.map(({ method }) => method)).toEqual(['POST', 'PATCH', 'POST', 'POST', 'PATCH', 'POST']);
  expect(seen[0]?.body).toMatchObject({
    kind: 'Event',
    count: 1,
    type: 'Normal',
    source: { component: 'me' },
    involvedObject: { name: 'p', uid: 'u' },
  });
  expect(seen[1]?.body).toMatchObject({ count: 2 });
  expect(seen[2]?.body).toMatchObject({ type: 'Warning' });
  expect(seen[3]?.body).toMatchObject({ count: 1, involvedObject: { fieldPath: 'spec.containers{c}' } });
  expect(
    new Set(seen.filter(({ method }) => method === 'POST').map(({ body }) => (body as { metadata: { name: string } }).metadata.name)).size,
  ).toBe(4);
});
