/** The tree of an expression; macros are nodes of their own. */
export type Expr =
  | { readonly kind: 'literal'; readonly value: null | boolean | bigint | number | string }
  | { readonly kind: 'ident'; readonly name: string; readonly at: number }
  /** `operand.field`, `operand.?field`, or `has(operand.field)`. */
  | { readonly kind: 'select'; readonly operand: Expr; readonly field: string; readonly mode: 'plain' | 'optional' | 'test' }
  | { readonly kind: 'index'; readonly operand: Expr; readonly index: Expr; readonly optional: boolean }
  | { readonly kind: 'call'; readonly name: string; readonly target: Expr | undefined; readonly args: readonly Expr[]; readonly at: number }
  | { readonly kind: 'unary'; readonly operator: '!' | '-'; readonly operand: Expr }
  | { readonly kind: 'binary'; readonly operator: BinaryOperator; readonly left: Expr; readonly right: Expr }
  | { readonly kind: 'conditional'; readonly test: Expr; readonly then: Expr; readonly otherwise: Expr }
  | { readonly kind: 'list'; readonly items: readonly { readonly value: Expr; readonly optional: boolean }[] }
  | { readonly kind: 'map'; readonly entries: readonly { readonly key: Expr; readonly value: Expr; readonly optional: boolean }[] }
  | Fold
  | { readonly kind: 'bind'; readonly name: string; readonly value: Expr; readonly body: Expr }
  /** `optMap` and `optFlatMap`. */
  | { readonly kind: 'whenPresent'; readonly target: Expr; readonly name: string; readonly body: Expr; readonly flat: boolean };

export type BinaryOperator = '||' | '&&' | '==' | '!=' | '<' | '<=' | '>' | '>=' | 'in' | '+' | '-' | '*' | '/' | '%';
export type FoldMacro = 'all' | 'exists' | 'existsOne' | 'filter' | 'map' | 'transformList' | 'transformMap';

/** A macro that walks a list or a map. With one variable it holds elements (of maps: keys), with two index or key, and value. */
export interface Fold {
  readonly kind: 'fold';
  readonly macro: FoldMacro;
  readonly range: Expr;
  readonly variables: readonly [string] | readonly [string, string];
  /** Which elements count; undefined for all of them. */
  readonly condition: Expr | undefined;
  /** What an element becomes; undefined for the element itself. */
  readonly result: Expr | undefined;
}
