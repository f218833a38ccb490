import { isUtf8 } from 'node:buffer';
import { isObject } from '@podpass/kernel';

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const openBracket = 0x5b;
const closeBracket = 0x5d;

export type StrictJson = { readonly value: Readonly<Record<string, unknown>> } | { readonly problem: string };

/**
 * Parses UTF-8 JSON that must be an object, names no member twice (RFC 7515, section 4: duplicates make two readers see two
 * tokens) and nests no deeper than `maxDepth`.
 */
export const parseStrictJsonObject = (octets: Buffer, maxDepth: number): StrictJson => {
  if (!isUtf8(octets)) return { problem: 'is not UTF-8' };
  const text = octets.toString('utf8');
  let value: unknown;
  try {
    value = JSON.parse(text) as unknown;
  } catch {
    return { problem: 'is not JSON' };
  }
  if (!isObject(value)) return { problem: 'is not a JSON object' };
  const problem = inspect(text, maxDepth);
  return problem === undefined ? { value } : { problem };
};

/** Walks text that is known to be valid JSON, so that only strings and brackets matter. */
const inspect = (text: string, maxDepth: number): string | undefined => {
  // One entry for each open bracket: the member names so far, or undefined within an array.
  const open: (Set<string> | undefined)[] = [];
  let atName = false;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === quote) {
      const end = endOfString(text, index);
      const names = open.at(-1);
      if (atName && names) {
        const name = nameOf(text.slice(index, end + 1));
        if (names.has(name)) return 'names a member twice';
        names.add(name);
        atName = false;
      }
      index = end;
    } else if (code === openBrace || code === openBracket) {
      open.push(code === openBrace ? new Set() : undefined);
      if (open.length > maxDepth) return 'is nested too deeply';
      atName = code === openBrace;
    } else if (code === closeBrace || code === closeBracket) {
      open.pop();
      atName = false;
    } else if (code === comma) {
      atName = open.at(-1) !== undefined;
    }
  }
  return undefined;
};

const endOfString = (text: string, start: number): number => {
  let index = start + 1;
  while (text.charCodeAt(index) !== quote) index += text.charCodeAt(index) === backslash ? 2 : 1;
  return index;
};

/** Two spellings of one name, `a` and `\u0061`, are the same name. */
const nameOf = (quoted: string): string => (quoted.includes('\\') ? (JSON.parse(quoted) as string) : quoted.slice(1, -1));
