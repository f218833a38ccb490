import type { Block } from './article.ts';
import type { Comparison } from './compare.ts';

/** What became of one block of an article. */
export interface BlockResult {
  readonly block: Block;
  readonly status: 'passed' | 'failed' | 'interrupted';
  readonly exitCode: number;
  readonly milliseconds: number;
  readonly stdout: string;
  readonly output: string;
  readonly comparison?: Comparison;
}
