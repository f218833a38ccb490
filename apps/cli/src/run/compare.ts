import { stripVTControlCharacters } from 'node:util';
import { parseJson } from '@podpass/kernel';
import type { ExpectedResult } from './article.ts';
import { jsonSimilarity } from './compare-json.ts';
import { jaroWinkler } from './similarity.ts';

/** Whether an output is what an article expects. `score` is absent for expressions. */
export interface Comparison {
  readonly matches: boolean;
  readonly score?: number;
  /** Says what does not fit; absent when it does. */
  readonly reason?: string;
}

/** Compares the standard output of a block with its expected result. Line breaks at the end and terminal colours do not count. */
export const compareResult = (expected: ExpectedResult, stdout: string): Comparison => {
  const actual = stripVTControlCharacters(stdout).replaceAll('\r\n', '\n').trimEnd();
  const { expectation } = expected;
  if ('pattern' in expectation) {
    const matches = expectation.pattern.test(actual);
    return matches ? { matches } : { matches, reason: `The output does not match the expression ${expectation.source}` };
  }
  const wanted = expectation.similarity;
  if (expected.language !== 'json') return scored(jaroWinkler(expected.content.trimEnd(), actual), wanted);
  const expectedJson = parseJson(expected.content);
  const actualJson = parseJson(actual);
  if (expectedJson === undefined) return { matches: false, score: 0, reason: 'The expected result in the article is not JSON.' };
  if (actualJson === undefined) return { matches: false, score: 0, reason: 'The output is not JSON.' };
  return scored(jsonSimilarity(expectedJson, actualJson), wanted);
};

const scored = (score: number, wanted: number): Comparison =>
  score >= wanted
    ? { matches: true, score }
    : { matches: false, score, reason: `The output's similarity is ${score.toFixed(2)}, and ${wanted} is expected.` };
