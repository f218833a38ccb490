import { nameOf, namespaceOf, specOf, statusOf, text } from '../object/read.ts';
import type { KubeObject } from '../object/types.ts';
import type { Mirror } from '../registry/mirror.ts';
import { resourceOf } from '../resources/lookup.ts';

const pods = resourceOf('', 'pods');

/** The node that the pod takes a place on; empty for one that is on none, and for one that has ended. */
const placeOf = (pod: KubeObject): string =>
  ['Succeeded', 'Failed'].includes(text(statusOf(pod)['phase'])) ? '' : text(specOf(pod)['nodeName']);

/** How many pods are on each node, kept current by the mirror's changes. */
export interface Occupancy {
  of(node: string): number;
  close(): void;
}

/** Counts the pods of each node. `freed` is called with each place that becomes free. */
export const createOccupancy = (mirror: Mirror, freed: () => void): Occupancy => {
  const places = new Map<string, string>();
  const counts = new Map<string, number>();
  const change = (node: string, by: number) => {
    const count = (counts.get(node) ?? 0) + by;
    if (count === 0) counts.delete(node);
    else counts.set(node, count);
  };
  const note = (pod: KubeObject, node: string) => {
    const key = `${namespaceOf(pod)}/${nameOf(pod)}`;
    const before = places.get(key) ?? '';
    if (before === node) return;
    if (node === '') places.delete(key);
    else places.set(key, node);
    if (node !== '') change(node, 1);
    if (before === '') return;
    change(before, -1);
    freed();
  };
  for (const pod of mirror.list(pods, '')) note(pod, placeOf(pod));
  const stop = mirror.subscribe((event) => {
    if (event.row === pods) note(event.object, event.type === 'DELETED' ? '' : placeOf(event.object));
  });
  return { of: (node) => counts.get(node) ?? 0, close: stop };
};
