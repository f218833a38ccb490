import type { JsonObject } from '@podpass/kernel';
import { describe, expect, it } from 'vitest';
import { toTable } from '../index.ts';
import { humanDuration } from './age.ts';

const status = (more: JsonObject): JsonObject => ({ name: 'c', ready: false, restartCount: 0, ...more });
const shown = (podStatus: JsonObject, spec: JsonObject = {}, metadata: JsonObject = {}) => {
  const object: JsonObject = { metadata: { name: 'p', ...metadata }, spec: { containers: [{ name: 'c' }], ...spec }, status: podStatus };
  const [row] = toTable({ group: '', version: 'v1', resource: 'pods' }, [object], { now: Date.parse('2026-01-01T00:10:00Z') })[
    'rows'
  ] as JsonObject[];
  return ((row as JsonObject)['cells'] as unknown[]).slice(1, 4);
};
const terminated = (exitCode: number, more: JsonObject = {}) => ({ state: { terminated: { exitCode, ...more } } });

describe('toTable', () => {
  it.each<[string, unknown[], JsonObject, JsonObject?, JsonObject?]>([
    ['pending', ['0/1', 'Pending', '0'], { phase: 'Pending' }],
    [
      'creating',
      ['0/1', 'ContainerCreating', '0'],
      { phase: 'Pending', containerStatuses: [status({ state: { waiting: { reason: 'ContainerCreating' } } })] },
    ],
    ['running', ['1/1', 'Running', '0'], { phase: 'Running', containerStatuses: [status({ ready: true, state: { running: {} } })] }],
    ['done', ['0/1', 'Completed', '0'], { phase: 'Succeeded', containerStatuses: [status(terminated(0, { reason: 'Completed' }))] }],
    ['failed without reason', ['0/1', 'ExitCode:7', '0'], { phase: 'Failed', containerStatuses: [status(terminated(7))] }],
    [
      'crashing',
      ['0/1', 'CrashLoopBackOff', '3 (5m ago)'],
      {
        phase: 'Running',
        containerStatuses: [
          status({
            restartCount: 3,
            state: { waiting: { reason: 'CrashLoopBackOff' } },
            lastState: { terminated: { finishedAt: '2026-01-01T00:05:00Z' } },
          }),
        ],
      },
    ],
    [
      'initialising',
      ['0/1', 'Init:1/2', '0'],
      {
        phase: 'Pending',
        initContainerStatuses: [
          { name: 'a', ...terminated(0) },
          { name: 'b', state: { running: {} } },
        ],
      },
      { initContainers: [{ name: 'a' }, { name: 'b' }] },
    ],
    [
      'failing to initialise',
      ['0/1', 'Init:ExitCode:1', '0'],
      { phase: 'Pending', initContainerStatuses: [{ name: 'a', ...terminated(1) }] },
      { initContainers: [{ name: 'a' }] },
    ],
    [
      'with a sidecar',
      ['2/2', 'Running', '0'],
      {
        phase: 'Running',
        initContainerStatuses: [{ name: 's', ready: true, started: true, state: { running: {} } }],
        containerStatuses: [status({ ready: true, state: { running: {} } })],
      },
      { initContainers: [{ name: 's', restartPolicy: 'Always' }] },
    ],
    ['going', ['0/1', 'Terminating', '0'], { phase: 'Running' }, {}, { deletionTimestamp: '2026-01-01T00:00:00Z' }],
    ['evicted', ['0/1', 'Evicted', '0'], { phase: 'Failed', reason: 'Evicted' }],
  ])('shows a pod that is %s', (_, expected, ...parts) => {
    expect(shown(...parts)).toEqual(expected);
  });

  it('shows NAME and AGE of kinds without columns, and metadata unless asked otherwise', () => {
    const object = { metadata: { name: 'x', creationTimestamp: '2026-01-01T00:00:00Z' }, spec: {} };
    const gvr = { group: 'example.com', version: 'v1', resource: 'constructor' };
    const table = toTable(gvr, [object], { now: Date.parse('2026-01-01T00:00:05Z') });
    expect(table).toMatchObject({
      columnDefinitions: [{ name: 'Name', format: 'name' }, { name: 'Age' }],
      rows: [{ cells: ['x', '5s'], object: { kind: 'PartialObjectMetadata' } }],
    });
    expect(toTable(gvr, [object], { now: 0, includeObject: 'Object' })['rows']).toMatchObject([{ object }]);
    expect(toTable(gvr, [object], { now: 0, includeObject: 'None' })['rows']).toEqual([{ cells: ['x', '<invalid>'] }]);
  });

  it.each([
    [-5, '<invalid>'],
    [0, '0s'],
    [119, '119s'],
    [120, '2m'],
    [125, '2m5s'],
    [3600, '60m'],
    [3 * 3600 + 60, '3h1m'],
    [47 * 3600, '47h'],
    [49 * 3600, '2d1h'],
    [10 * 86_400, '10d'],
    [800 * 86_400, '2y70d'],
    [4000 * 86_400, '10y'],
  ])('%d seconds are %s', (seconds, text) => {
    expect(humanDuration(seconds)).toBe(text);
  });
});
