import { commentEnd, commentStart, expectationOf, type Expectation } from './expectation.ts';
import { closes, openFence, stripIndent, type Fence } from './fence.ts';
import { commandsOf, isExecutable } from './language.ts';

/** One executable block of an article, with the result that is expected of it, if any. */
export interface Block {
  /** From 1, counting executable blocks only. */
  readonly number: number;
  /** Line of the opening fence, from 1. */
  readonly line: number;
  readonly heading: string;
  readonly language: string;
  readonly commands: string;
  readonly expected?: ExpectedResult;
}

export interface ExpectedResult {
  readonly line: number;
  readonly language: string;
  readonly content: string;
  readonly expectation: Expectation;
}

export interface Article {
  readonly file: string;
  readonly blocks: readonly Block[];
}

/** Something in an article that cannot be meant so. `line` counts from 1. */
export class ArticleProblem extends Error {
  readonly line: number;

  constructor(line: number, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ArticleProblem';
    this.line = line;
  }
}

/** What has been read so far. */
interface Reading {
  readonly blocks: Block[];
  heading: string;
  expectation: Expectation | undefined;
}

/**
 * Finds the fenced blocks of a Markdown article: with backticks or tildes, at any indentation (lists), within quotes, with tabs. Fences within HTML comments
 * are part of the comment. Which block is compared with which follows Azure's executable documents: a comment marks
 * the next block that is not executable, and its result belongs to the last executable block before it.
 * Throws ArticleProblem for a fence that is never closed and for a comment that cannot be understood.
 */
export const parseArticle = (text: string, file: string): Article => {
  const lines = text.replace(/^\ufeff/, '').split(/\r?\n/);
  const reading: Reading = { blocks: [], heading: '', expectation: undefined };
  let index = endOfFrontMatter(lines);
  while (index < lines.length) {
    const line = lines[index] ?? '';
    const fence = openFence(line);
    if (fence) index = readFence(lines, index, fence, reading);
    else if (commentStart(line)) index = readComment(lines, index, reading);
    else {
      reading.heading = headingAt(lines, index) ?? reading.heading;
      index += 1;
    }
  }
  return { file, blocks: reading.blocks };
};

const endOfFrontMatter = (lines: readonly string[]): number => {
  if (lines[0] !== '---') return 0;
  const end = lines.indexOf('---', 1);
  return end < 0 ? 0 : end + 1;
};

/** Reads the block whose opening fence stands at `start`; gives the line after its end. */
const readFence = (lines: readonly string[], start: number, fence: Fence, reading: Reading): number => {
  const content: string[] = [];
  let index = start + 1;
  for (; index < lines.length; index += 1) {
    const line = lines[index] ?? '';
    if (closes(line, fence)) break;
    content.push(stripIndent(line, fence));
  }
  if (isExecutable(fence.language)) {
    if (index >= lines.length) throw new ArticleProblem(start + 1, 'The block is never closed.');
    const { heading, blocks } = reading;
    const { language } = fence;
    blocks.push({ number: blocks.length + 1, line: start + 1, heading, language, commands: commandsOf(language, content) });
  } else if (reading.expectation) {
    const last = reading.blocks.pop();
    const expected = { line: start + 1, language: fence.language, content: content.join('\n'), expectation: reading.expectation };
    if (last) reading.blocks.push({ ...last, expected });
    reading.expectation = undefined;
  }
  return index + 1;
};

const readComment = (lines: readonly string[], start: number, reading: Reading): number => {
  let end = start;
  while (end < lines.length && !commentEnd(lines[end] ?? '')) end += 1;
  const comment = lines.slice(start, end + 1).join('\n');
  try {
    reading.expectation = expectationOf(comment) ?? reading.expectation;
  } catch (cause) {
    throw new ArticleProblem(start + 1, cause instanceof Error ? cause.message : String(cause), { cause });
  }
  return end + 1;
};

/** The text of a heading that starts here: `# text`, or a line that is underlined with = or -. */
const headingAt = (lines: readonly string[], index: number): string | undefined => {
  const line = (lines[index] ?? '').trim();
  const [, marked] = /^#{1,6}\s+(.*?)\s*#*$/.exec(line) ?? [];
  const underlined = /^(=+|-{2,})\s*$/.test(lines[index + 1] ?? '') && /^[^\s>|-]/.test(line) ? line : undefined;
  const text = marked ?? underlined;
  // A link shows its text only.
  return text?.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1').replaceAll(/[`*]/g, '');
};
