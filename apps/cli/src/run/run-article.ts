import type { Article, Block } from './article.ts';
import { openBash, type BashSession, type BlockOutput } from './bash.ts';
import type { BlockResult } from './block-result.ts';
import { compareResult, type Comparison } from './compare.ts';
import type { Progress } from './progress.ts';

export interface RunOutcome {
  readonly results: readonly BlockResult[];
  readonly failed: number;
  /** Blocks that were not run because an earlier one failed. */
  readonly notRun: number;
  readonly interrupted: boolean;
  readonly milliseconds: number;
}

export interface RunRequest {
  readonly article: Article;
  /** The blocks to run, in order. */
  readonly blocks: readonly Block[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly keepGoing: boolean;
  readonly progress: Progress;
}

/** Runs the blocks in one shell, compares what is to be compared, and stops at the first failure unless told to go on. */
export const runArticle = async (request: RunRequest): Promise<RunOutcome> => {
  const { blocks, keepGoing, progress } = request;
  const began = performance.now();
  const results: BlockResult[] = [];
  const bash = await openBash(request);
  let interrupted = false;
  const interrupt = () => {
    interrupted = true;
    bash.kill();
  };
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt);
  try {
    for (const block of blocks) {
      progress.start(block, blocks.length);
      const { result, shellEnded } = await runBlock(bash, block, () => interrupted);
      results.push(result);
      progress.finish(result, blocks.length);
      if (interrupted || shellEnded || (result.status === 'failed' && !keepGoing)) break;
    }
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
    await bash.close();
  }
  return {
    results,
    failed: results.filter(({ status }) => status === 'failed').length,
    notRun: blocks.length - results.length,
    interrupted,
    milliseconds: performance.now() - began,
  };
};

const runBlock = async (
  bash: BashSession,
  block: Block,
  interrupted: () => boolean,
): Promise<{ result: BlockResult; shellEnded: boolean }> => {
  const began = performance.now();
  const output = await bash.run(block.commands);
  const milliseconds = performance.now() - began;
  const comparison = output.exitCode === 0 && block.expected ? compareResult(block.expected, output.stdout) : undefined;
  const result: BlockResult = {
    block,
    status: interrupted() ? 'interrupted' : passed(output, comparison) ? 'passed' : 'failed',
    exitCode: output.exitCode,
    milliseconds,
    stdout: output.stdout,
    output: output.combined,
    ...(comparison && { comparison }),
  };
  return { result, shellEnded: output.shellEnded };
};

const passed = (output: BlockOutput, comparison: Comparison | undefined): boolean => output.exitCode === 0 && (comparison?.matches ?? true);
