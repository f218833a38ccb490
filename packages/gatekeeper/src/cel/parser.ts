import type { BinaryOperator, Expr } from './ast.ts';
import { CelSyntaxError } from './errors.ts';
import { tokenize, type Token } from './lexer.ts';
import { celLimits } from './limits.ts';
import { expandMacro } from './macros.ts';

/** Binding strength of the binary operators: https://github.com/google/cel-spec/blob/master/doc/langdef.md#syntax */
const strengths: Readonly<Record<string, number>> = {
  '||': 1,
  '&&': 2,
  '==': 3,
  '!=': 3,
  '<': 3,
  '<=': 3,
  '>': 3,
  '>=': 3,
  in: 3,
  '+': 4,
  '-': 4,
  '*': 5,
  '/': 5,
  '%': 5,
};
const reserved: ReadonlySet<string> = new Set(
  'as break const continue else for function if import let loop package namespace return var void while'.split(' '),
);
const constants: ReadonlyMap<string, null | boolean> = new Map([
  ['true', true],
  ['false', false],
  ['null', null],
]);
/** Names before a dot that belong to the name of a function. */
const functionSpaces: ReadonlySet<string> = new Set(['optional', 'sets', 'math', 'lists']);

const childrenOf = (expr: Expr): readonly (Expr | undefined)[] => {
  switch (expr.kind) {
    case 'literal':
    case 'ident':
      return [];
    case 'select':
    case 'unary':
      return [expr.operand];
    case 'index':
      return [expr.operand, expr.index];
    case 'call':
      return [expr.target, ...expr.args];
    case 'binary':
      return [expr.left, expr.right];
    case 'conditional':
      return [expr.test, expr.then, expr.otherwise];
    case 'list':
      return expr.items.map((item) => item.value);
    case 'map':
      return expr.entries.flatMap((entry) => [entry.key, entry.value]);
    case 'fold':
      return [expr.range, expr.condition, expr.result];
    case 'bind':
      return [expr.value, expr.body];
    case 'whenPresent':
      return [expr.target, expr.body];
    default:
      return expr satisfies never;
  }
};

/**
 * Parses an expression of the Common Expression Language with optional syntax and Kubernetes' macros. It stands here
 * because the library's parser knows no optional fields, and because its evaluator cannot be held to a budget.
 * Throws CelSyntaxError.
 */
export const parseCel = (source: string): Expr => {
  const tokens = tokenize(source);
  const heights = new Map<Expr, number>();
  let position = 0;
  let nesting = 0;

  const peek = (): Token => tokens[position] ?? { kind: 'end', text: '', at: source.length };
  const is = (text: string) => peek().text === text && peek().kind !== 'literal';
  const next = (): Token => {
    const token = peek();
    position += 1;
    return token;
  };
  const unexpected = (token: Token) =>
    new CelSyntaxError(token.kind === 'end' ? 'it ends too early' : `${JSON.stringify(token.text)} is not expected`, token.at);
  const accept = (text: string): boolean => {
    if (!is(text)) return false;
    position += 1;
    return true;
  };
  const expect = (text: string): void => {
    if (!accept(text)) throw unexpected(peek());
  };
  /** Every node is made here, so that neither number nor height can run away. */
  const node = <E extends Expr>(expr: E): E => {
    const height = 1 + Math.max(0, ...childrenOf(expr).map((child) => (child === undefined ? 0 : (heights.get(child) ?? 0))));
    if (height > celLimits.height || heights.size >= celLimits.nodes) throw new CelSyntaxError('it is too complex', peek().at);
    heights.set(expr, height);
    return expr;
  };
  const nested = <T>(parse: () => T): T => {
    nesting += 1;
    if (nesting > celLimits.height) throw new CelSyntaxError('it nests too deeply', peek().at);
    const parsed = parse();
    nesting -= 1;
    return parsed;
  };
  const many = <T>(close: string, parse: () => T): T[] => {
    const found: T[] = [];
    while (!accept(close)) {
      found.push(parse());
      if (!accept(',')) {
        expect(close);
        break;
      }
    }
    return found;
  };

  const expression = (): Expr =>
    nested(() => {
      const test = binary(1);
      if (!accept('?')) return test;
      const then = binary(1);
      expect(':');
      return node({ kind: 'conditional', test, then, otherwise: expression() });
    });

  const binary = (strength: number): Expr => {
    let left = unary();
    for (;;) {
      const { text, kind } = peek();
      const found = kind === 'literal' || !Object.hasOwn(strengths, text) ? undefined : strengths[text];
      if (found === undefined || found < strength) return left;
      position += 1;
      left = node({ kind: 'binary', operator: text as BinaryOperator, left, right: binary(found + 1) });
    }
  };

  const unary = (): Expr =>
    nested(() => {
      if (accept('!')) return node({ kind: 'unary', operator: '!', operand: unary() });
      if (!is('-')) return member();
      position += 1;
      const token = peek();
      if (token.kind !== 'literal' || typeof token.value === 'string') return node({ kind: 'unary', operator: '-', operand: unary() });
      return member(-token.value);
    });

  const call = (name: string, target: Expr | undefined, at: number): Expr => {
    const args = many(')', expression);
    const macro = expandMacro({ name, target, args, at });
    if (macro !== undefined) return node(macro);
    const space = target?.kind === 'ident' && functionSpaces.has(target.name) ? target.name : undefined;
    return node({
      kind: 'call',
      name: space === undefined ? name : `${space}.${name}`,
      target: space === undefined ? target : undefined,
      args,
      at,
    });
  };

  const member = (negated?: bigint | number): Expr => {
    let operand = primary(negated);
    for (;;) {
      const { at } = peek();
      if (accept('.?')) operand = node({ kind: 'select', operand, field: name(), mode: 'optional' });
      else if (accept('.')) {
        const field = name();
        operand = accept('(') ? call(field, operand, at) : node({ kind: 'select', operand, field, mode: 'plain' });
      } else if (is('[') || is('[?')) {
        const optional = next().text === '[?';
        const index = expression();
        expect(']');
        operand = node({ kind: 'index', operand, index, optional });
      } else return operand;
    }
  };

  const name = (): string => {
    const token = next();
    if (token.kind !== 'ident' || constants.has(token.text) || token.text === 'in') throw unexpected(token);
    return token.text;
  };

  const literal = (value: null | boolean | bigint | number | string, at: number): Expr => {
    if (typeof value === 'bigint' && BigInt.asIntN(64, value) !== value) throw new CelSyntaxError('an integer is too large', at);
    return node({ kind: 'literal', value });
  };

  const primary = (negated?: bigint | number): Expr => {
    const token = next();
    if (token.kind === 'literal') return literal(negated ?? token.value, token.at);
    if (token.kind === 'ident') {
      const constant = constants.get(token.text);
      if (constant !== undefined) return literal(constant, token.at);
      if (token.text === 'in' || reserved.has(token.text)) throw unexpected(token);
      return accept('(') ? call(token.text, undefined, token.at) : node({ kind: 'ident', name: token.text, at: token.at });
    }
    if (token.text === '.') {
      const at = peek().at;
      const rooted = name();
      return accept('(') ? call(rooted, undefined, at) : node({ kind: 'ident', name: rooted, at });
    }
    if (token.text === '(') {
      const inner = expression();
      expect(')');
      return inner;
    }
    if (token.text === '[' || token.text === '[?') {
      // `[?` reads as one token, but here the mark belongs to the first element.
      let first = token.text === '[?';
      const items = many(']', () => {
        const optional = first || accept('?');
        first = false;
        return { value: expression(), optional };
      });
      return node({ kind: 'list', items });
    }
    if (token.text !== '{') throw unexpected(token);
    const entries = many('}', () => {
      const optional = accept('?');
      const key = expression();
      expect(':');
      return { key, value: expression(), optional };
    });
    return node({ kind: 'map', entries });
  };

  const parsed = expression();
  if (peek().kind !== 'end') throw unexpected(peek());
  return parsed;
};
