import { GraphError } from './errors.ts';

/** One segment of a path below `/v1.0/`, decoded. A key in parentheses is a segment of its own. */
export interface Segment {
  readonly text: string;
  /** The segment came from parentheses: it is a key, whatever it reads. */
  readonly key?: true;
  /** Name of an alternate key: `appId` of `applications(appId='…')`. */
  readonly name?: string;
}

/** Characters of a path. */
const longest = 2000;

/**
 * Splits a path below the version into segments; `users('x')` gives `users` and the key `x`. Throws the 400 for what cannot be decoded or is empty.
 * https://learn.microsoft.com/graph/use-the-api#accessing-single-resources-using-alternate-keys
 */
export const segmentsOf = (path: readonly string[]): readonly Segment[] => {
  const written = path.at(-1) === '' ? path.slice(0, -1) : path;
  if (written.join('/').length > longest) throw new GraphError('badRequest');
  const segments = written.flatMap((part) => split(decode(part)));
  if (segments.some(({ text }) => text === '')) throw new GraphError('badRequest');
  return segments;
};

const split = (text: string): readonly Segment[] => {
  const found = /^([A-Za-z][\w.]*)\((.*)\)$/s.exec(text);
  const [, set = '', inner = ''] = found ?? [];
  const key = found && keyOf(inner);
  return key ? [{ text: set }, key] : [{ text }];
};

/** `'x'`, `appId='x'`, `x`. */
const keyOf = (inner: string): Segment | undefined => {
  const found = /^(?:([A-Za-z]\w*)=)?(?:'((?:[^']|'')*)'|([\w-]+))$/.exec(inner);
  if (!found) return undefined;
  const text = (found[2] ?? found[3] ?? '').replaceAll("''", "'");
  return { text, key: true, ...(found[1] === undefined ? {} : { name: found[1] }) };
};

const decode = (segment: string): string => {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new GraphError('badRequest');
  }
};
