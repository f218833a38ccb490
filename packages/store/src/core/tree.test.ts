import { array, assert, boolean, constantFrom, integer, property, tuple } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countWhile, find, fromSorted, insert, remove, sizeOf, slice, type Tree } from './tree.ts';

const entry = (key: string, modRevision = 1) => ({ key, value: new Uint8Array(), createRevision: 1, modRevision, version: 1 });
const name = (at: number): string => `k${String(at).padStart(4, '0')}`;
const keysOf = (tree: Tree): string[] => slice(tree, 0, sizeOf(tree)).map(({ key }) => key);
const depth = (tree: Tree): number => (tree === undefined ? 0 : 1 + Math.max(depth(tree.left), depth(tree.right)));

describe('tree', () => {
  it('stays shallow in the face of ordered insertions and removals', () => {
    let tree: Tree;
    for (let at = 0; at < 4096; at += 1) tree = insert(tree, entry(name(at)));
    expect(depth(tree)).toBeLessThanOrEqual(24);
    for (let at = 0; at < 3072; at += 1) tree = remove(tree, name(at));
    expect([sizeOf(tree), depth(tree) <= 20]).toEqual([1024, true]);
  });

  it('agrees with a set, and never changes an earlier version', () => {
    const steps = array(tuple(boolean(), integer({ min: 0, max: 60 })), { maxLength: 200 });
    assert(
      property(steps, constantFrom(0, 7, 40), (changes, at) => {
        const keys = new Set(Array.from({ length: 20 }, (_, each) => name(each * 3)));
        let tree = fromSorted([...keys].map((key) => entry(key)));
        const [first, original] = [tree, [...keys]];
        for (const [adding, number] of changes) {
          tree = adding ? insert(tree, entry(name(number), 2)) : remove(tree, name(number));
          if (adding) keys.add(name(number));
          else keys.delete(name(number));
        }
        const sorted = [...keys].toSorted();
        expect(keysOf(tree)).toEqual(sorted);
        expect(slice(tree, at, at + 5).map(({ key }) => key)).toEqual(sorted.slice(at, at + 5));
        expect(countWhile(tree, (key) => key < name(at))).toBe(sorted.filter((key) => key < name(at)).length);
        expect(find(tree, name(at))?.key).toBe(keys.has(name(at)) ? name(at) : undefined);
        expect(keysOf(first)).toEqual(original);
      }),
    );
  });
});
