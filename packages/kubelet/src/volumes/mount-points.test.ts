import { describe, expect, it } from 'vitest';
import type { VolumeMount } from '../api/types.ts';
import { containerOf, podOf } from '../testing/builders.ts';
import { mountPointsIn } from './mount-points.ts';

const pointsOf = (...volumeMounts: VolumeMount[]) => mountPointsIn(podOf({ containers: [containerOf({ volumeMounts })] }), 'outer');
const outer = { name: 'outer', mountPath: '/outer/' };

describe('mount points of other volumes', () => {
  it.each<[string, VolumeMount[], string[]]>([
    ['none without the volume', [{ name: 'a', mountPath: '/outer/a' }], []],
    ['none beside it', [outer, { name: 'a', mountPath: '/outer-a' }, { name: 'b', mountPath: '/' }], []],
    ['none that climb out', [outer, { name: 'a', mountPath: '/outer/../etc/x' }], []],
    [
      'none for a sub path',
      [
        { ...outer, subPath: 'x' },
        { name: 'a', mountPath: '/outer/a' },
      ],
      [],
    ],
    ['none inside another volume', [outer, { name: 'a', mountPath: '/outer/a' }, { name: 'b', mountPath: '/outer/a/b' }], ['a']],
    ['those below it, once', [outer, { name: 'a', mountPath: '/outer/a/b/' }, { name: 'c', mountPath: '/outer/a/b' }], ['a/b']],
  ])('%s', (_what, mounts, expected) => {
    expect(pointsOf(...mounts)).toEqual(expected);
  });
});
