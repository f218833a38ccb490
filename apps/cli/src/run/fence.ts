/** An opening fence: what closes it, and what stands before its content's lines. */
export interface Fence {
  readonly mark: '`' | '~';
  readonly length: number;
  /** Columns before the fence, tabs counted to the next multiple of four. */
  readonly indent: number;
  /** How many quote marks (`>`) stand before it. */
  readonly quotes: number;
  /** First word of the info string, in lower case. */
  readonly language: string;
}

const tabWidth = 4;
// Quote marks, then at most one list marker on the same line, then the fence. Backticks may not come back in the info string.
const opening = /^((?:[ \t]*>)*)([ \t]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)?)(?:(`{3,})([^`]*)|(~{3,})(.*))$/;

/** The fence that a line opens, or undefined (CommonMark 0.31, 4.5; more indentation than three columns is allowed, since lists need it). */
export const openFence = (line: string): Fence | undefined => {
  const [, quoted = '', lead = '', ticks, afterTicks, tildes, afterTildes] = opening.exec(line) ?? [];
  const run = ticks ?? tildes;
  if (run === undefined) return undefined;
  const [language = ''] = (afterTicks ?? afterTildes ?? '').trim().split(/[\s{,]/, 1);
  const quotes = quoted.split('>').length - 1;
  return {
    mark: ticks === undefined ? '~' : '`',
    length: run.length,
    indent: columns(lead, quotes > 0),
    quotes,
    language: language.toLowerCase(),
  };
};

/** Whether a line closes `fence`: the same mark, at least as long, nothing after it, and not indented as content would be. */
export const closes = (line: string, fence: Fence): boolean => {
  const inner = unquote(line, fence.quotes);
  const [, lead = '', run = ''] = /^([ \t]*)(`{3,}|~{3,})[ \t]*$/.exec(inner) ?? [];
  return run.startsWith(fence.mark) && run.length >= fence.length && columns(lead, fence.quotes > 0) < fence.indent + tabWidth;
};

/** A line of the content, without the indentation (up to the fence's own) and the quote marks before it. */
export const stripIndent = (line: string, fence: Fence): string => {
  const inner = unquote(line, fence.quotes);
  const [lead = ''] = /^[ \t]*/.exec(inner) ?? [];
  const offset = fence.quotes > 0 && lead.startsWith(' ') ? 1 : 0;
  let column = 0;
  let index = offset;
  while (index < lead.length && column < fence.indent) {
    column = inner[index] === '\t' ? nextTab(column) : column + 1;
    index += 1;
  }
  // A tab that reaches beyond the fence leaves its rest as spaces.
  return ' '.repeat(Math.max(0, column - fence.indent)) + inner.slice(index);
};

const unquote = (line: string, quotes: number): string => {
  let rest = line;
  for (let count = 0; count < quotes; count += 1) rest = rest.replace(/^[ \t]*>/, '');
  return rest;
};

const nextTab = (column: number): number => (Math.floor(column / tabWidth) + 1) * tabWidth;

/** Width of what stands before a fence. One space after a quote mark belongs to the mark. */
const columns = (lead: string, quoted: boolean): number => {
  let column = 0;
  for (const character of quoted && lead.startsWith(' ') ? lead.slice(1) : lead) column = character === '\t' ? nextTab(column) : column + 1;
  return column;
};
