import { dig, text } from '../object/read.ts';
import type { KubeObject } from '../object/types.ts';
import { resourceOf } from '../resources/lookup.ts';
import { eventTimeToLive } from '../wire.ts';
import type { Controller, ControllerDeps } from './types.ts';

const events = resourceOf('', 'events');
const period = 60_000;

const lastSeen = (event: KubeObject): number =>
  Math.max(
    ...[event['lastTimestamp'], event['eventTime'], dig(event, 'series', 'lastObservedTime'), event.metadata.creationTimestamp]
      .map((value) => Date.parse(text(value)))
      .filter((value) => !Number.isNaN(value)),
    0,
  );

/** Removes events an hour after they were last seen (`--event-ttl`). */
export const eventExpiryController = (deps: ControllerDeps): Controller => {
  const { registry, clock, log } = deps;
  const sweep = async () => {
    const limit = clock.now() - eventTimeToLive;
    const old = registry.mirror.list(events, '').filter((event) => lastSeen(event) < limit);
    if (old.length > 0) await registry.purge(old.map((event) => [events, event] as const));
  };
  const run = () => {
    sweep().catch((thrown: unknown) => log.error({ controller: 'event-expiry', err: thrown }, 'controller failed'));
  };
  const timer = setInterval(run, period);
  timer.unref();
  const stop = clock.onChange(run);
  return {
    close() {
      clearInterval(timer);
      stop();
    },
  };
};
