import type { JsonObject } from '@podpass/kernel';
import { ageOf } from './age.ts';
import { numberAt, textAt } from './read.ts';
import type { Renderer } from './renderer.ts';

const lastSeen = (event: JsonObject): string =>
  textAt(event, 'series.lastObservedTime') ||
  textAt(event, 'lastTimestamp') ||
  textAt(event, 'deprecatedLastTimestamp') ||
  textAt(event, 'eventTime');
const firstSeen = (event: JsonObject): string =>
  textAt(event, 'firstTimestamp') || textAt(event, 'deprecatedFirstTimestamp') || textAt(event, 'eventTime');

const source = (event: JsonObject): string => {
  const component = textAt(event, 'source.component') || textAt(event, 'reportingComponent');
  const host = textAt(event, 'source.host');
  return host === '' ? component : `${component}, ${host}`;
};

const about = (event: JsonObject): string => (event['regarding'] === undefined ? 'involvedObject' : 'regarding');

const objectText = (event: JsonObject): string => {
  const target = about(event);
  const name = textAt(event, `${target}.name`);
  const kind = textAt(event, `${target}.kind`).toLowerCase();
  return name === '' ? kind : `${kind}/${name}`;
};

/** Events show their name last and only with `-o wide`. */
export const events: Renderer = {
  columns: ['Last Seen', 'Type', 'Reason', 'Object', '*Subobject', '*Source', 'Message', '*First Seen', '*Count', '*Name'],
  cells: (event, now) => [
    ageOf(lastSeen(event), now),
    textAt(event, 'type'),
    textAt(event, 'reason'),
    objectText(event),
    textAt(event, `${about(event)}.fieldPath`),
    source(event),
    (textAt(event, 'message') || textAt(event, 'note')).trim(),
    ageOf(firstSeen(event), now),
    numberAt(event, 'series.count') || numberAt(event, 'count') || numberAt(event, 'deprecatedCount') || 1,
    textAt(event, 'metadata.name'),
  ],
};
