import { GraphError } from '../errors.ts';
import { filterLimits } from '../wire.ts';
import { tokensOf, type Token } from './tokens.ts';
import type { Comparison, FilterNode, Literal } from './types.ts';

/**
 * Parses `$filter`: comparisons, `in`, `startswith`, `endswith`, `contains`, `any`, `and`, `or`, `not` and parentheses, bounded in length, depth
 * and number of clauses. Throws a 400 for everything else: a filter that was not understood must not look like an empty answer.
 * Grammar: OData 4.01 ABNF, boolCommonExpr, as far as Graph uses it. https://learn.microsoft.com/graph/filter-query-parameter
 */
export const parseFilter = (filter: string): FilterNode => {
  if (filter.length > filterLimits.characters) throw new GraphError('badFilter', { reason: 'The filter is too long.' });
  const reader = createReader(filter);
  const node = parseOr(reader, 0);
  if (reader.peek() !== undefined) throw reader.complaint();
  if (testsOf(node) > filterLimits.tests) throw new GraphError('badFilter', { reason: 'The filter has too many clauses.' });
  return node;
};

/** How many comparisons an object may need; every one of them reads a property of every object that is scanned. */
const testsOf = (node: FilterNode): number => {
  if ('operands' in node) return node.operands.reduce((sum, operand) => sum + testsOf(operand), 0);
  if (node.kind === 'not') return testsOf(node.operand);
  if (node.kind === 'any') return node.condition ? testsOf(node.condition) : 1;
  return node.kind === 'in' ? node.literals.length : 1;
};

interface Reader {
  readonly peek: (ahead?: number) => Token | undefined;
  readonly next: () => Token;
  /** Takes the mark if it is next. */
  readonly takes: (mark: string) => boolean;
  readonly expect: (mark: string) => void;
  /** Takes the keyword if it is next. */
  readonly keyword: (...words: readonly string[]) => string | undefined;
  readonly complaint: () => GraphError;
}

const createReader = (filter: string): Reader => {
  const tokens = tokensOf(filter);
  let at = 0;
  const peek = (ahead = 0) => tokens[at + ahead];
  const complaint = () => {
    const position = tokens[at]?.at ?? filter.length;
    return new GraphError('badFilter', { reason: `Syntax error at position ${position} in '${filter}'.` });
  };
  const next = () => {
    const token = tokens[at];
    if (!token) throw complaint();
    at += 1;
    return token;
  };
  const takes = (mark: string) => {
    const token = peek();
    if (token?.kind !== 'mark' || token.text !== mark) return false;
    at += 1;
    return true;
  };
  return {
    peek,
    next,
    takes,
    complaint,
    expect(mark) {
      if (!takes(mark)) throw complaint();
    },
    keyword(...words) {
      const token = peek();
      const found = token?.kind === 'word' ? words.find((candidate) => candidate === token.text.toLowerCase()) : undefined;
      if (found !== undefined) at += 1;
      return found;
    },
  };
};

const parseOr = (reader: Reader, depth: number): FilterNode => parseChain(reader, depth, 'or');

const parseChain = (reader: Reader, depth: number, operator: 'and' | 'or'): FilterNode => {
  if (depth > filterLimits.depth) throw new GraphError('badFilter', { reason: 'The filter is nested too deeply.' });
  const operand = () => (operator === 'or' ? parseChain(reader, depth, 'and') : parseNot(reader, depth));
  const operands = [operand()];
  while (reader.keyword(operator) !== undefined) operands.push(operand());
  const [first] = operands;
  if (operands.length === 1 && first) return first;
  if (operator === 'or') checkClauses(operands.length);
  return { kind: operator, operands };
};

/** Graph allows 15 alternatives. */
const checkClauses = (count: number): void => {
  if (count <= filterLimits.clauses) return;
  const reason = `Too many child clauses specified in search filter expression containing 'OR' operators: ${count}. Max allowed: ${filterLimits.clauses}.`;
  throw new GraphError('badFilter', { reason });
};

const parseNot = (reader: Reader, depth: number): FilterNode => {
  if (depth > filterLimits.depth) throw new GraphError('badFilter', { reason: 'The filter is nested too deeply.' });
  if (reader.keyword('not') !== undefined) return { kind: 'not', operand: parseNot(reader, depth + 1) };
  return parsePrimary(reader, depth);
};

const parsePrimary = (reader: Reader, depth: number): FilterNode => {
  if (reader.takes('(')) {
    const inner = parseOr(reader, depth + 1);
    reader.expect(')');
    return inner;
  }
  const [head, open] = [reader.peek(), reader.peek(1)];
  if (head?.kind === 'word' && open?.kind === 'mark' && open.text === '(') return parseCall(reader);
  return parseComparison(reader, depth);
};

const parseCall = (reader: Reader): FilterNode => {
  const name = reader.keyword('startswith', 'endswith', 'contains');
  if (name !== 'startswith' && name !== 'endswith' && name !== 'contains') throw reader.complaint();
  reader.expect('(');
  const path = parsePath(reader);
  reader.expect(',');
  const literal = parseLiteral(reader);
  reader.expect(')');
  return { kind: 'call', name, path, literal };
};

const comparisons: readonly Comparison[] = ['eq', 'ne', 'gt', 'ge', 'lt', 'le'];

const parseComparison = (reader: Reader, depth: number): FilterNode => {
  const path = parsePath(reader);
  const last = path.at(-1)?.toLowerCase();
  const open = reader.peek();
  if (last === 'any' && path.length > 1 && open?.kind === 'mark' && open.text === '(') return parseAny(reader, path.slice(0, -1), depth);
  if (reader.keyword('in') !== undefined) return { kind: 'in', path, literals: parseList(reader) };
  const operator = comparisons.find((candidate) => reader.keyword(candidate) !== undefined);
  if (!operator) throw reader.complaint();
  return { kind: 'compare', operator, path, literal: parseLiteral(reader) };
};

const parseAny = (reader: Reader, path: readonly string[], depth: number): FilterNode => {
  reader.expect('(');
  if (reader.takes(')')) return { kind: 'any', path, variable: '', condition: undefined };
  const variable = wordOf(reader);
  reader.expect(':');
  const condition = parseOr(reader, depth + 1);
  reader.expect(')');
  return { kind: 'any', path, variable, condition };
};

const parseList = (reader: Reader): readonly Literal[] => {
  reader.expect('(');
  const literals = [parseLiteral(reader)];
  while (reader.takes(',')) literals.push(parseLiteral(reader));
  reader.expect(')');
  checkClauses(literals.length);
  return literals;
};

const parsePath = (reader: Reader): readonly string[] => {
  const path = [wordOf(reader)];
  while (reader.takes('/')) path.push(wordOf(reader));
  return path;
};

const wordOf = (reader: Reader): string => {
  if (reader.peek()?.kind !== 'word') throw reader.complaint();
  const token = reader.next();
  return token.kind === 'word' ? token.text : '';
};

const parseLiteral = (reader: Reader): Literal => {
  const token = reader.peek();
  if (token?.kind !== 'literal') throw reader.complaint();
  reader.next();
  return token.literal;
};
