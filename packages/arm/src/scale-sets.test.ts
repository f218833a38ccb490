import { describe, expect, it } from 'vitest';
import { changedIdentities } from './scale-sets.ts';

const identity = (id: string) => ({ id, clientId: `client of ${id}`, principalId: `principal of ${id}` });
const ids = (present: readonly string[], change: { add?: readonly string[]; remove?: readonly string[] }) =>
  changedIdentities(present.map(identity), { add: (change.add ?? []).map(identity), remove: change.remove ?? [] }).map(({ id }) => id);

describe('identities of a scale set', () => {
  it.each<[readonly string[], { add?: readonly string[]; remove?: readonly string[] }, readonly string[]]>([
    [[], {}, []],
    [['/a'], { remove: ['/b'] }, ['/a']],
    [['/a', '/B'], { remove: ['/A/', '/b'] }, []],
    [['/a'], { add: ['/A'] }, ['/a']],
    [['/a'], { add: ['/b', '/B'] }, ['/a', '/B']],
    [['/a'], { add: ['/a'], remove: ['/A'] }, ['/a']],
    [[], { add: ['/a'], remove: ['/a'] }, ['/a']],
  ])('%j changed by %j are %j', (present, change, after) => {
    expect(ids(present, change)).toEqual(after);
  });
});
