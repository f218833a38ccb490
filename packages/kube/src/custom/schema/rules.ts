import type { Json, JsonObject } from '@podpass/kernel';
import type { FieldProblem } from '../../codec/index.ts';
import { forbidden, invalid } from '../../codec/validation/problems.ts';
import { refusedFormats } from './formats.ts';
import { compilePattern, PatternError } from './pattern/index.ts';

const textOf = (value: Json): string => (typeof value === 'string' ? value : '');

/** What one schema was found to cost so far. */
export interface Scan {
  schemas: number;
  /** Of the programs of its patterns. */
  steps: number;
}

/** Steps of all patterns of one schema: some thousand ordinary ones. */
const mostSteps = 100_000;

/** What a value of one place may be: its pattern compiles, its format is one that is checked. */
export const ruleProblems = (schema: JsonObject, path: string, scan: Scan): FieldProblem[] => {
  const problems: FieldProblem[] = [];
  const pattern = textOf(schema['pattern']);
  try {
    if (pattern !== '') {
      if (scan.steps > mostSteps) return [forbidden(`${path}.pattern`, 'the patterns of this schema are too large')];
      scan.steps += compilePattern(pattern).size;
    }
  } catch (thrown) {
    if (!(thrown instanceof PatternError)) throw thrown;
    problems.push(invalid(`${path}.pattern`, pattern, `must be a valid regular expression, but isn't: ${thrown.message}`));
  }
  const format = textOf(schema['format']);
  if (refusedFormats.includes(format))
    problems.push(forbidden(`${path}.format`, `the format ${format} is not supported by this API server`));
  const multiple = schema['multipleOf'];
  if (typeof multiple === 'number' && multiple <= 0) problems.push(invalid(`${path}.multipleOf`, multiple, 'must be greater than 0'));
  return problems;
};
