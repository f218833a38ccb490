import { GraphError } from '../errors.ts';
import { compareWith, isEmpty, textTest, type Test } from './compare.ts';
import { valueOf } from './visible.ts';
import type { EntityKind, FilterNode, FilterOperator, Literal, Property, PropertyShape, ReadScope } from './types.ts';

/** A filter that was checked against a kind. */
export interface Filter<T> {
  readonly matches: (value: T) => boolean;
  /** Everything that can match, found by look-up; undefined when the objects must be scanned. What it finds must still match. */
  readonly candidates: readonly T[] | undefined;
}

interface Context<T extends { readonly id: string }> {
  readonly kind: EntityKind<T>;
  readonly scope: ReadScope;
  /** ConsistencyLevel: eventual and $count=true. */
  readonly advanced: boolean;
}

type Reads = (value: unknown) => unknown;
interface Found {
  readonly shape: PropertyShape;
  readonly reads: Reads;
}
/** How names are resolved: those of the kind, or within `any` those of the element. */
type Resolve = (path: readonly string[]) => Found;

/**
 * Checks a filter against the properties of a kind and turns it into a predicate. Throws Graph's 400 for unknown properties, operators that a property does not
 * support, and those that need an advanced query. https://learn.microsoft.com/graph/aad-advanced-queries
 */
export const compileFilter = <T extends { readonly id: string }>(node: FilterNode, context: Context<T>): Filter<T> => {
  const { kind, advanced } = context;
  if (kind.advancedOnly && !advanced) throw new GraphError('needsAdvancedQuery', { operator: 'Filter' });
  const resolve: Resolve = (path) => {
    const property = propertyOf(kind, path[0] ?? '');
    if (!property) throw new GraphError('unknownFilterProperty', { property: path[0] ?? '', type: kind.type });
    // The predicate is only ever given objects of the kind.
    return within(property, path.slice(1), (value) => valueOf(kind, property, { value: value as T, scope: context.scope }), kind.type);
  };
  const matches = compile(node, { resolve, resource: kind.resource, advanced });
  return { matches, candidates: candidatesOf(node, context) };
};

export const propertyOf = <T extends { readonly id: string }>(kind: EntityKind<T>, name: string): Property<T> | undefined =>
  kind.properties.find((property) => property.name.toLowerCase() === name.toLowerCase());

const within = (shape: PropertyShape, rest: readonly string[], reads: Reads, type: string): Found => {
  const [head, ...tail] = rest;
  if (head === undefined) return { shape, reads };
  const member = shape.members?.find(({ name }) => name.toLowerCase() === head.toLowerCase());
  if (!member || shape.collection) throw new GraphError('unknownFilterProperty', { property: head, type });
  return within(member, tail, (value) => memberOf(reads(value), member.name), type);
};

const memberOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? Object.entries(value).find(([key]) => key === name)?.[1] : undefined;

interface Scope {
  readonly resolve: Resolve;
  readonly resource: string;
  readonly advanced: boolean;
}

const compile = (node: FilterNode, scope: Scope): Test => {
  if ('operands' in node) {
    const tests = node.operands.map((operand) => compile(operand, scope));
    return node.kind === 'and' ? (value) => tests.every((test) => test(value)) : (value) => tests.some((test) => test(value));
  }
  if (node.kind === 'not') {
    needAdvanced('Not', scope);
    const test = compile(node.operand, scope);
    return (value) => !test(value);
  }
  if (node.kind === 'any') return compileAny(node, scope);
  return compileTest(node, scope);
};

const compileTest = (node: Extract<FilterNode, { kind: 'compare' | 'in' | 'call' }>, scope: Scope): Test => {
  const { shape, reads } = scope.resolve(node.path);
  const refuse = () => new GraphError('unsupportedFilter', { property: node.path.join('/'), resource: scope.resource });
  const supports = (operator: FilterOperator) => !shape.collection && shape.filter?.includes(operator) === true;
  if (node.kind === 'in') {
    if (!supports('in')) throw refuse();
    const tests = node.literals.map((literal) => compareWith(shape.type, 'eq', literal));
    return (value) => tests.some((test) => test(reads(value)));
  }
  if (node.kind === 'call') {
    if (node.name === 'contains' || !supports(node.name) || isEmpty(node.literal)) throw refuse();
    if (node.name === 'endswith') needAdvanced('endsWith', scope);
    const test = textTest(node.name, node.literal);
    return (value) => test(reads(value));
  }
  if (!supports(operatorOf(node.operator)) || isEmpty(node.literal)) throw refuse();
  // gt and lt: times only; the documentation's tables know no others.
  if ((node.operator === 'gt' || node.operator === 'lt') && shape.type !== 'dateTime') throw refuse();
  if (node.operator === 'ne') needAdvanced('NotEqualsMatch', scope);
  if (node.literal.type === 'null') needAdvanced('eq null', scope);
  const test = compareWith(shape.type, node.operator, node.literal);
  return (value) => test(reads(value));
};

const operatorOf = (operator: string): FilterOperator => (operator === 'eq' || operator === 'ne' ? operator : 'ge');

const compileAny = ({ path, variable, condition }: Extract<FilterNode, { kind: 'any' }>, scope: Scope): Test => {
  const { shape, reads } = scope.resolve(path);
  const refuse = () => new GraphError('unsupportedFilter', { property: path.join('/'), resource: scope.resource });
  if (!shape.collection || (!shape.filter && !shape.members)) throw refuse();
  const itemsOf = (value: unknown): readonly unknown[] => {
    const items = reads(value);
    return Array.isArray(items) ? items : [];
  };
  if (!condition) {
    needAdvanced('any', scope);
    return (value) => itemsOf(value).length > 0;
  }
  const { collection: _, ...element } = shape;
  const resolve: Resolve = ([head = '', ...rest]) => {
    if (head !== variable) throw new GraphError('unknownFilterProperty', { property: head, type: scope.resource });
    return within(element, rest, (value) => value, scope.resource);
  };
  const test = compile(condition, { ...scope, resolve });
  return (value) => itemsOf(value).some((item) => test(item));
};

const needAdvanced = (operator: string, { advanced }: Scope): void => {
  if (!advanced) throw new GraphError('needsAdvancedQuery', { operator });
};

const candidatesOf = <T extends { readonly id: string }>(node: FilterNode, context: Context<T>): readonly T[] | undefined => {
  if (node.kind === 'and') return node.operands.map((operand) => candidatesOf(operand, context)).find((found) => found !== undefined);
  if (node.kind === 'or') {
    const parts = node.operands.map((operand) => candidatesOf(operand, context));
    const all = parts.flatMap((part) => part ?? []);
    return parts.includes(undefined) ? undefined : inOrder(all);
  }
  const equality = equalityOf(node);
  const property = equality && propertyOf(context.kind, equality.property);
  if (!equality || !property?.lookUp) return undefined;
  return inOrder(equality.literals.flatMap(({ text }) => property.lookUp?.(context.scope, text) ?? []));
};

/** `p eq 'x'`, `p in ('x')` and `p/any(i:i eq 'x')`: what a look-up can answer. */
const equalityOf = (node: FilterNode): { readonly property: string; readonly literals: readonly Literal[] } | undefined => {
  if (node.kind === 'any') {
    const { condition, variable } = node;
    const [property = '', ...rest] = node.path;
    const plain = condition?.kind === 'compare' && condition.operator === 'eq' && condition.path.length === 1 && rest.length === 0;
    return plain && condition.path[0] === variable && isText(condition.literal) ? { property, literals: [condition.literal] } : undefined;
  }
  if (node.kind !== 'compare' && node.kind !== 'in') return undefined;
  const literals = node.kind === 'in' ? node.literals : [node.literal];
  const [property = '', ...rest] = node.path;
  const equal = rest.length === 0 && (node.kind === 'in' || node.operator === 'eq') && literals.every(isText);
  return equal ? { property, literals } : undefined;
};

const isText = ({ type }: Literal): boolean => type === 'string' || type === 'guid';

const inOrder = <T extends { readonly id: string }>(values: readonly T[]): readonly T[] =>
  [...new Map(values.map((value) => [value.id, value])).values()].toSorted((a, b) => (a.id < b.id ? -1 : 1));
