import type { Method, OperationDefinition } from './provider.ts';

/** Where an operation was found, with the client's own words for its `{placeholders}`. */
export interface Found {
  readonly operation: OperationDefinition;
  readonly params: ReadonlyMap<string, string>;
  /** Segments in front of an extension type; empty for other operations. */
  readonly scope: readonly string[];
}

export type Routed =
  | { readonly kind: 'found'; readonly found: Found }
  | { readonly kind: 'method'; readonly allowed: readonly Method[] }
  | { readonly kind: 'unknown' };

export interface Router {
  route(method: string, segments: readonly string[]): Routed;
}

interface Node {
  readonly words: Map<string, Node>;
  any: Node | undefined;
  /** Templates of one path can differ in the names of their placeholders, so each method keeps its own. */
  readonly leaves: Map<Method, { readonly operation: OperationDefinition; readonly template: readonly string[] }>;
}

const node = (): Node => ({ words: new Map(), any: undefined, leaves: new Map() });

const isPlaceholder = (segment: string) => segment.startsWith('{');
const extensionMark = '{scope}';

const insert = (root: Node, template: readonly string[], operation: OperationDefinition): void => {
  let at = root;
  for (const segment of template) {
    if (isPlaceholder(segment)) {
      at.any ??= node();
      at = at.any;
    } else {
      const next = at.words.get(segment.toLowerCase()) ?? node();
      at.words.set(segment.toLowerCase(), next);
      at = next;
    }
  }
  if (at.leaves.has(operation.method)) throw new Error(`Two operations share the route ${operation.method} ${operation.path}`);
  at.leaves.set(operation.method, { operation, template });
};

/** Literal words win over placeholders. */
const find = (at: Node, segments: readonly string[], index: number): Node | undefined => {
  if (index === segments.length) return at.leaves.size > 0 ? at : undefined;
  const literal = at.words.get(segments[index]?.toLowerCase() ?? '');
  return (literal && find(literal, segments, index + 1)) ?? (at.any && find(at.any, segments, index + 1));
};

const paramsOf = (template: readonly string[], segments: readonly string[]): ReadonlyMap<string, string> =>
  new Map(template.flatMap((part, index) => (isPlaceholder(part) ? [[part.slice(1, -1), segments[index] ?? ''] as const] : [])));

/** A router over path templates; words compare without regard to case, placeholders keep the client's casing. */
export const createRouter = (operations: readonly OperationDefinition[]): Router => {
  const plain = node();
  const extension = node();
  for (const operation of operations) {
    const template = operation.path.split('/').filter((segment) => segment !== '');
    if (template[0] === extensionMark) insert(extension, template.slice(1), operation);
    else insert(plain, template, operation);
  }

  const at = (root: Node, method: string, segments: readonly string[], scope: readonly string[]): Routed => {
    const leaf = find(root, segments, 0);
    if (leaf === undefined) return { kind: 'unknown' };
    for (const [each, { operation, template }] of leaf.leaves) {
      if (each === method) return { kind: 'found', found: { operation, params: paramsOf(template, segments), scope } };
    }
    return { kind: 'method', allowed: [...leaf.leaves.keys()] };
  };

  return {
    route(method, segments) {
      for (let index = segments.length - 1; index >= 0; index -= 1) {
        if (segments[index]?.toLowerCase() !== 'providers') continue;
        const routed = at(extension, method, segments.slice(index), segments.slice(0, index));
        if (routed.kind !== 'unknown') return routed;
      }
      return at(plain, method, segments, []);
    },
  };
};
