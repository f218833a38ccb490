import { CelError } from '../errors.ts';
import { isQuantity, type Quantity, type Value } from '../values.ts';
import { inRange } from './shared.ts';
import { noOverload, row, type FunctionTable } from './types.ts';

const billion = 1_000_000_000n;
const binary = (power: number) => billion * 1024n ** BigInt(power);
/** What one unit of each suffix is in billionths: https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/ */
const units: Readonly<Record<string, bigint>> = {
  n: 1n,
  u: 1_000n,
  m: 1_000_000n,
  '': billion,
  k: billion * 1_000n,
  M: billion * 10n ** 6n,
  G: billion * 10n ** 9n,
  T: billion * 10n ** 12n,
  P: billion * 10n ** 15n,
  E: billion * 10n ** 18n,
  Ki: binary(1),
  Mi: binary(2),
  Gi: binary(3),
  Ti: binary(4),
  Pi: binary(5),
  Ei: binary(6),
};
const form = /^([+-]?)(\d{0,30})(?:\.(\d{0,30}))?(?:([numkMGTPE]|[KMGTPE]i)|[eE]([+-]?\d{1,2}))?$/;

/** A quantity in billionths, rounded up as Kubernetes does; undefined when the text is none. */
const parse = (text: string): bigint | undefined => {
  const [matched, sign, whole = '', fraction = '', suffix = '', exponent] = form.exec(text) ?? [];
  if (matched === undefined || whole + fraction === '') return undefined;
  const digits = BigInt(whole + fraction);
  let scale = 10n ** BigInt(fraction.length);
  let unit = units[suffix] ?? billion;
  const power = Number(exponent ?? 0);
  if (power >= 0) unit *= 10n ** BigInt(power);
  else scale *= 10n ** BigInt(-power);
  const value = (digits * unit + scale - 1n) / scale;
  return sign === '-' ? -value : value;
};

const method = (name: string, arity: 0 | 1, call: (left: bigint, right: bigint) => Value) =>
  row([arity], (args) => {
    const [left, right] = args;
    if (!isQuantity(left) || (arity === 1 && !isQuantity(right))) throw noOverload(name, args);
    return call(left.quantity, isQuantity(right) ? right.quantity : 0n);
  });
const made = (quantity: bigint): Quantity => ({ quantity });
const sign = (value: bigint) => (value > 0n ? 1n : value < 0n ? -1n : 0n);

export const quantityFunctions: FunctionTable = {
  quantity: row([1], (args) => {
    const [text] = args;
    if (typeof text !== 'string') throw noOverload('quantity', args);
    const value = parse(text);
    if (value === undefined) throw new CelError('quantities must match the regular expression of Kubernetes quantities');
    return made(value);
  }),
  isQuantity: row([1], (args) => {
    const [text] = args;
    if (typeof text !== 'string') throw noOverload('isQuantity', args);
    return parse(text) !== undefined;
  }),
};

/** https://kubernetes.io/docs/reference/using-api/cel/#kubernetes-quantity-library */
export const quantityMethods: FunctionTable = {
  isGreaterThan: method('isGreaterThan', 1, (left, right) => left > right),
  isLessThan: method('isLessThan', 1, (left, right) => left < right),
  compareTo: method('compareTo', 1, (left, right) => sign(left - right)),
  sign: method('sign', 0, (value) => sign(value)),
  add: method('add', 1, (left, right) => made(left + right)),
  sub: method('sub', 1, (left, right) => made(left - right)),
  isInteger: method('isInteger', 0, (value) => value % billion === 0n && BigInt.asIntN(64, value / billion) === value / billion),
  asInteger: method('asInteger', 0, (value) => {
    if (value % billion !== 0n) throw new CelError('cannot convert value to integer');
    return inRange(value / billion);
  }),
  asApproximateFloat: method('asApproximateFloat', 0, (value) => Number(value) / 1e9),
};
