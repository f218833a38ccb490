import { holds, type CharacterSet } from './characters.ts';
import { parsePattern, PatternError, type Assertion, type Node } from './parse.ts';

export { PatternError } from './parse.ts';

/*
 * Patterns of custom resources are RE2's, and whoever may create a definition writes them. They run on a machine without backtracking (all states at
 * once, Thompson 1968), so that the time for a value is at most its length times the size of the pattern.
 */

type Step =
  | { readonly op: 'set'; readonly set: CharacterSet }
  | { readonly op: 'split'; readonly to: readonly [number, number] }
  | { readonly op: 'jump'; readonly to: number }
  | { readonly op: 'assert'; readonly what: Assertion }
  | { readonly op: 'match' };

const largest = 5_000;
const longestPattern = 4_096;

/** States that a match may visit; what takes more is not decided. */
const patternBudget = 20_000_000;
/** Marks of positions start again beyond this one; a text is far shorter than what is left up to the largest of an Int32Array. */
const lastMark = 2 ** 30;

const assemble = (root: Node): readonly Step[] => {
  const steps: Step[] = [];
  const push = (step: Step): number => {
    if (steps.length >= largest) throw new PatternError('error parsing regexp: expression too large');
    return steps.push(step) - 1;
  };
  const add = (node: Node): void => {
    switch (node.is) {
      case 'empty':
        return;
      case 'set':
        push({ op: 'set', set: node.set });
        return;
      case 'assert':
        push({ op: 'assert', what: node.what });
        return;
      case 'all':
        for (const part of node.of) add(part);
        return;
      case 'any': {
        const ends: number[] = [];
        node.of.forEach((branch, index) => {
          if (index === node.of.length - 1) return add(branch);
          const split = push({ op: 'jump', to: 0 });
          add(branch);
          ends.push(push({ op: 'jump', to: 0 }));
          steps[split] = { op: 'split', to: [split + 1, steps.length] };
        });
        for (const end of ends) steps[end] = { op: 'jump', to: steps.length };
        return;
      }
      case 'repeat': {
        for (let count = 0; count < node.min; count += 1) {
          const before = steps.length;
          add(node.node);
          // What matches nothing but the empty text does so however often: nested counts would multiply without ever reaching the limit on steps.
          if (steps.length === before) return;
        }
        if (node.max === Number.POSITIVE_INFINITY) {
          const split = push({ op: 'jump', to: 0 });
          add(node.node);
          push({ op: 'jump', to: split });
          steps[split] = { op: 'split', to: [split + 1, steps.length] };
          return;
        }
        const splits: number[] = [];
        for (let count = node.min; count < node.max; count += 1) {
          splits.push(push({ op: 'jump', to: 0 }));
          add(node.node);
        }
        for (const split of splits) steps[split] = { op: 'split', to: [split + 1, steps.length] };
      }
    }
  };
  add(root);
  push({ op: 'match' });
  return steps;
};

const isWord = (point: number | undefined): boolean =>
  point !== undefined && ((point >= 48 && point <= 57) || (point >= 65 && point <= 90) || point === 95 || (point >= 97 && point <= 122));

const asserts = (what: Assertion, before: number | undefined, after: number | undefined): boolean => {
  switch (what) {
    case 'text-start':
      return before === undefined;
    case 'text-end':
      return after === undefined;
    case 'line-start':
      return before === undefined || before === 10;
    case 'line-end':
      return after === undefined || after === 10;
    case 'word':
      return isWord(before) !== isWord(after);
    case 'no-word':
      return isWord(before) === isWord(after);
  }
};

/** A compiled pattern. */
export interface Pattern {
  readonly source: string;
  /** Steps of its program: what it costs to keep. */
  readonly size: number;
  /** Whether the pattern matches anywhere in the text; undefined when that takes more than the effort, which is counted down. */
  test(text: string, effort?: { left: number }): boolean | undefined;
}

/** Compiles a pattern of RE2. Throws PatternError. */
export const compilePattern = (source: string): Pattern => {
  if (source.length > longestPattern) throw new PatternError('error parsing regexp: expression too large');
  const steps = assemble(parsePattern(source));
  // Kept from one text to the next: the marks of earlier positions are never those of later ones, so that short texts cost no more than their length.
  let seen: Int32Array | undefined;
  let mark = 0;
  return {
    source,
    size: steps.length,
    test(text, effort = { left: patternBudget }) {
      seen ??= new Int32Array(steps.length);
      if (mark > lastMark) {
        seen.fill(0);
        mark = 0;
      }
      let current: number[] = [];
      let before: number | undefined;
      for (let at = 0; ;) {
        mark += 1;
        const after = text.codePointAt(at);
        // Follows everything that consumes nothing; a match may also begin here.
        const open = [0, ...current.toReversed()];
        const ready: number[] = [];
        for (let state = open.pop(); state !== undefined; state = open.pop()) {
          if (seen[state] === mark) continue;
          seen[state] = mark;
          effort.left -= 1;
          const step = steps[state];
          if (step === undefined) continue;
          if (step.op === 'match') return true;
          if (step.op === 'jump') open.push(step.to);
          else if (step.op === 'split') open.push(step.to[1], step.to[0]);
          else if (step.op === 'set') ready.push(state);
          else if (asserts(step.what, before, after)) open.push(state + 1);
        }
        if (effort.left < 0) return undefined;
        if (after === undefined) return false;
        current = [];
        for (const state of ready) {
          const step = steps[state];
          if (step?.op === 'set' && holds(step.set, after)) current.push(state + 1);
        }
        before = after;
        at += after > 0xff_ff ? 2 : 1;
      }
    },
  };
};
