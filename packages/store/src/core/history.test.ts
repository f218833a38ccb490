import { expect, it } from 'vitest';
import type { WatchEvent } from '../types.ts';
import { advance, type Step, type Version } from './evaluate.ts';
import { createHistory } from './history.ts';
import { sizeOf, slice } from './tree.ts';

const put = (key: string, revision: number): WatchEvent => ({
  type: 'put',
  key,
  revision,
  value: { key, value: new Uint8Array(), createRevision: revision, modRevision: revision, version: 1 },
  previous: undefined,
});
const stepAt = (revision: number): Step => ({ revision, events: [put(`k${revision}`, revision)] });
const keysOf = ({ root }: Version) => slice(root, 0, sizeOf(root)).map(({ key }) => key);

/** Revisions 1 to 4 from a log, 5 and 6 from this process. */
const mixed = () => {
  const base: Version = { revision: 0, root: undefined };
  const steps = [1, 2, 3, 4].map(stepAt);
  const present = steps.reduce<Version>((version, { events, revision }) => advance(version, events, revision), base);
  const history = createHistory({ base, steps, present });
  for (const revision of [5, 6]) history.push(advance(history.present, stepAt(revision).events, revision));
  return history;
};
const upTo = (revision: number) => Array.from({ length: revision }, (_, index) => `k${index + 1}`);

it.each([
  ['upwards', [0, 1, 2, 3, 4, 5, 6]],
  ['downwards', [6, 5, 4, 3, 2, 1, 0]],
  ['in turn', [3, 1, 3, 4, 2, 6, 2]],
])('works out versions of a log %s', (_order, revisions) => {
  const history = mixed();
  for (const revision of revisions) expect(keysOf(history.at(revision))).toEqual(upTo(revision));
});

it.each([1, 3, 4, 5, 6])('refuses what is older than revision %i once it is forgotten, and still has the rest', (revision) => {
  const history = mixed();
  history.at(2);
  history.forget(revision);
  expect(() => history.at(revision - 1)).toThrow(expect.objectContaining({ code: 'compacted' }));
  for (let later = revision; later <= 6; later += 1) expect(keysOf(history.at(later))).toEqual(upTo(later));
  expect(history.since(revision).map((step) => step.revision)).toEqual(
    Array.from({ length: 6 - revision }, (_, index) => revision + 1 + index),
  );
  expect(() => history.at(7)).toThrow(expect.objectContaining({ code: 'future-revision' }));
});
