import type { Budget } from '../budget.ts';
import { CelError } from '../errors.ts';
import { typeName, type Value } from '../values.ts';

/** Gets the target first, when it is a method. Throws CelError for values that it does not take. */
export type Implementation = (args: readonly Value[], budget: Budget) => Value;

/** How one name may be called. */
export interface FunctionRow {
  readonly call: Implementation;
  /** Numbers of arguments, without the target. */
  readonly arities: readonly number[];
}
export type FunctionTable = Readonly<Record<string, FunctionRow>>;

export const row = (arities: readonly number[], call: Implementation): FunctionRow => ({ arities, call });

export const noOverload = (name: string, args: readonly Value[]): CelError =>
  new CelError(`no such overload: ${name}(${args.map(typeName).join(', ')})`);
