/** How like the expected result an output must be: a score from 0 to 1, or an expression that it must match. */
export type Expectation = { readonly similarity: number } | { readonly pattern: RegExp; readonly source: string };

export const commentStart = (line: string): boolean => /^[ \t>]*<!--/.test(line);
export const commentEnd = (line: string): boolean => line.includes('-->');

const mark = /<!--\s*expected_similarity\s*=\s*([\s\S]*?)\s*-->/;

/** What an HTML comment expects, or undefined when it is another comment. Throws an Error when it means to and cannot be understood. */
export const expectationOf = (comment: string): Expectation | undefined => {
  const [, value] = mark.exec(comment) ?? [];
  if (value === undefined) return undefined;
  const [, source] = /^"([\s\S]+)"$/.exec(value) ?? [];
  if (source !== undefined) return { pattern: compile(source), source };
  const similarity = Number(value);
  if (!/^\d+(\.\d*)?$/.test(value) || similarity > 1) {
    throw new Error(`expected_similarity must be a number from 0 to 1, or an expression in quotes, not ${value}.`);
  }
  return { similarity };
};

/** The documents are written for Go's expressions, in which flags such as (?i) stand in front. */
const compile = (source: string): RegExp => {
  const [, flags = '', rest = source] = /^\(\?([ims]+)\)([\s\S]*)$/.exec(source) ?? [];
  try {
    return new RegExp(rest, [...new Set(flags)].join(''));
  } catch (cause) {
    throw new Error(`The expression "${source}" of expected_similarity cannot be compiled.`, { cause });
  }
};
