import type { Article, Block } from './article.ts';
import type { BlockResult } from './block-result.ts';
import { seconds } from './progress.ts';
import type { RunOutcome } from './run-article.ts';

/** A result in both forms: for scripts and for people. */
export interface Report {
  readonly value: unknown;
  readonly text: string;
}

const describe = (block: Block) => ({ number: block.number, line: block.line, heading: block.heading, language: block.language });

/** The blocks that would be run. */
export const listing = (article: Article, blocks: readonly Block[]): Report => ({
  value: {
    article: article.file,
    blocks: blocks.map((block) => ({ ...describe(block), commands: block.commands, compared: block.expected !== undefined })),
  },
  text: blocks
    .map((block) => {
      const head = `${block.number}. line ${block.line}${block.heading ? `: ${block.heading}` : ''} (${block.language}${block.expected ? ', result compared' : ''})`;
      return [head, ...block.commands.split('\n').map((line) => `     ${line}`)].join('\n');
    })
    .join('\n'),
});

/** What a run came to: `PASS` or `FAIL` in one line, or every block's result as JSON. */
export const report = (article: Article, outcome: RunOutcome): Report => {
  const { results, failed, notRun, interrupted, milliseconds } = outcome;
  const passedCount = results.filter(({ status }) => status === 'passed').length;
  const word = interrupted ? 'INTERRUPTED' : failed > 0 ? 'FAIL' : 'PASS';
  const counts = [`${passedCount} passed`, ...(failed > 0 ? [`${failed} failed`] : []), ...(notRun > 0 ? [`${notRun} not run`] : [])];
  return {
    value: {
      article: article.file,
      result: word.toLowerCase(),
      passed: passedCount,
      failed,
      notRun,
      seconds: milliseconds / 1000,
      blocks: results.map(asJson),
    },
    text: `${word} ${article.file}: ${counts.join(', ')} in ${seconds(milliseconds)}`,
  };
};

const asJson = ({ block, status, exitCode, milliseconds, stdout, output, comparison }: BlockResult) => ({
  ...describe(block),
  status,
  exitCode,
  seconds: milliseconds / 1000,
  stdout,
  output,
  ...(comparison && { comparison: { line: block.expected?.line, ...comparison } }),
});
