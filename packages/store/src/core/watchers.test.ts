import { expect, it } from 'vitest';
import { createWatchers } from './watchers.ts';

it('a listener that throws is reported and keeps no other from hearing', () => {
  const reports: string[] = [];
  const heard: number[] = [];
  const watchers = createWatchers((message) => reports.push(message));
  const history = { from: 0, changes: [] };
  watchers.add('', history, () => {
    throw new Error('broken');
  });
  watchers.add('', history, (events) => heard.push(...events.map(({ revision }) => revision)));
  watchers.deliver({
    revision: 1,
    events: [{ type: 'delete', key: 'a', revision: 1, value: undefined, previous: undefined }],
  });
  expect([reports, heard]).toEqual([['A watch listener failed at revision 1: broken'], [1]]);
});
