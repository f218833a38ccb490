import type { KeyValue } from '../types.ts';
import { compareKeys } from './order.ts';

/**
 * A persistent, weight-balanced search tree (Adams; balance parameters 3 and 2 as proven sound by Hirai and Yamamoto).
 * A write copies only the path to its key, so every retained revision keeps its own root and can be listed in
 * O(log n + page), and a batch that fails to become durable is undone by forgetting its root.
 */
export interface Node {
  readonly entry: KeyValue;
  readonly left: Tree;
  readonly right: Tree;
  readonly size: number;
}
export type Tree = Node | undefined;

const heaviest = 3;
const doubling = 2;

export const sizeOf = (tree: Tree): number => (tree === undefined ? 0 : tree.size);

const node = (entry: KeyValue, left: Tree, right: Tree): Node => ({ entry, left, right, size: sizeOf(left) + sizeOf(right) + 1 });

const liftRight = (entry: KeyValue, left: Tree, right: Node): Node => {
  const inner = right.left;
  if (inner === undefined || inner.size < doubling * sizeOf(right.right)) {
    return node(right.entry, node(entry, left, inner), right.right);
  }
  return node(inner.entry, node(entry, left, inner.left), node(right.entry, inner.right, right.right));
};

const liftLeft = (entry: KeyValue, left: Node, right: Tree): Node => {
  const inner = left.right;
  if (inner === undefined || inner.size < doubling * sizeOf(left.left)) {
    return node(left.entry, left.left, node(entry, inner, right));
  }
  return node(inner.entry, node(left.entry, left.left, inner.left), node(entry, inner.right, right));
};

const balance = (entry: KeyValue, left: Tree, right: Tree): Node => {
  const leftSize = sizeOf(left);
  const rightSize = sizeOf(right);
  if (leftSize + rightSize > 1) {
    if (right !== undefined && rightSize > heaviest * leftSize) return liftRight(entry, left, right);
    if (left !== undefined && leftSize > heaviest * rightSize) return liftLeft(entry, left, right);
  }
  return node(entry, left, right);
};

/** The tree with `entry` in the place of what its key held. */
export const insert = (tree: Tree, entry: KeyValue): Node => {
  if (tree === undefined) return node(entry, undefined, undefined);
  const order = compareKeys(entry.key, tree.entry.key);
  if (order < 0) return balance(tree.entry, insert(tree.left, entry), tree.right);
  if (order > 0) return balance(tree.entry, tree.left, insert(tree.right, entry));
  return { ...tree, entry };
};

const lowest = (tree: Node): KeyValue => (tree.left === undefined ? tree.entry : lowest(tree.left));

const withoutLowest = (tree: Node): Tree =>
  tree.left === undefined ? tree.right : balance(tree.entry, withoutLowest(tree.left), tree.right);

/** The tree without `key`. */
export const remove = (tree: Tree, key: string): Tree => {
  if (tree === undefined) return undefined;
  const order = compareKeys(key, tree.entry.key);
  if (order < 0) return balance(tree.entry, remove(tree.left, key), tree.right);
  if (order > 0) return balance(tree.entry, tree.left, remove(tree.right, key));
  if (tree.right === undefined) return tree.left;
  return tree.left === undefined ? tree.right : balance(lowest(tree.right), tree.left, withoutLowest(tree.right));
};

export const find = (tree: Tree, key: string): KeyValue | undefined => {
  let at = tree;
  while (at !== undefined) {
    const order = compareKeys(key, at.entry.key);
    if (order === 0) return at.entry;
    at = order < 0 ? at.left : at.right;
  }
  return undefined;
};

/** How many keys `before` holds for; it must hold for all keys up to some point and for none after it. */
export const countWhile = (tree: Tree, before: (key: string) => boolean): number => {
  let count = 0;
  let at = tree;
  while (at !== undefined) {
    if (before(at.entry.key)) {
      count += sizeOf(at.left) + 1;
      at = at.right;
    } else {
      at = at.left;
    }
  }
  return count;
};

const collect = (tree: Tree, range: { from: number; to: number }, into: KeyValue[]): void => {
  const { from, to } = range;
  if (tree === undefined || from >= to || to <= 0 || from >= tree.size) return;
  const position = sizeOf(tree.left);
  if (from < position) collect(tree.left, range, into);
  if (from <= position && position < to) into.push(tree.entry);
  if (to > position + 1) collect(tree.right, { from: from - position - 1, to: to - position - 1 }, into);
};

/** The entries at the places `from` (inclusive) to `to` (exclusive) in key order. */
export const slice = (tree: Tree, from: number, to: number): KeyValue[] => {
  const items: KeyValue[] = [];
  collect(tree, { from, to }, items);
  return items;
};

/** Builds a tree from entries in key order, in O(n). */
export const fromSorted = (entries: readonly KeyValue[], from = 0, to = entries.length): Tree => {
  const middle = (from + to) >> 1;
  const entry = entries[middle];
  if (from >= to || entry === undefined) return undefined;
  return node(entry, fromSorted(entries, from, middle), fromSorted(entries, middle + 1, to));
};
