import { nameLimits } from './wire.ts';

/**
 * Resource ids. They compare without regard to case; the casing that came first is the one that is shown.
 * https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules
 */
export type ParsedId =
  | { readonly kind: 'root' }
  | { readonly kind: 'management-group'; readonly name: string }
  | { readonly kind: 'subscription'; readonly subscriptionId: string }
  | { readonly kind: 'group'; readonly subscriptionId: string; readonly group: string }
  | ResourceId;

export interface ResourceId {
  readonly kind: 'resource';
  /** Undefined for resources of the tenant itself. */
  readonly subscriptionId: string | undefined;
  readonly group: string | undefined;
  readonly namespace: string;
  /** One type and name for each level, outermost first; never empty. */
  readonly path: readonly { readonly type: string; readonly name: string }[];
}

const pairs = (segments: readonly string[]): ResourceId['path'] | undefined => {
  if (segments.length === 0 || segments.length % 2 !== 0) return undefined;
  return Array.from({ length: segments.length / 2 }, (_, index) => ({
    type: segments[2 * index] ?? '',
    name: segments[2 * index + 1] ?? '',
  }));
};

const under = (
  segments: readonly string[],
  owner: { readonly subscriptionId: string | undefined; readonly group: string | undefined },
): ParsedId | undefined => {
  const [word, namespace, ...rest] = segments;
  if (word?.toLowerCase() !== 'providers' || namespace === undefined) return undefined;
  const path = pairs(rest);
  if (path === undefined) return undefined;
  const [first] = path;
  if (
    owner.subscriptionId === undefined &&
    namespace.toLowerCase() === 'microsoft.management' &&
    first?.type.toLowerCase() === 'managementgroups' &&
    path.length === 1
  ) {
    return { kind: 'management-group', name: first.name };
  }
  return { kind: 'resource', ...owner, namespace, path };
};

/** Parses a resource id, subscription id or scope. Undefined when the text is none of them. */
export const parseId = (text: string): ParsedId | undefined => {
  if (text.length > nameLimits.path) return undefined;
  const trimmed = text.endsWith('/') ? text.slice(0, -1) : text;
  if (trimmed === '') return { kind: 'root' };
  if (!trimmed.startsWith('/')) return undefined;
  const segments = trimmed.slice(1).split('/');
  if (segments.length > nameLimits.segments || segments.some((segment) => segment === '' || segment.length > nameLimits.resource)) {
    return undefined;
  }
  const [root, subscriptionId, word, group, ...rest] = segments;
  if (root?.toLowerCase() !== 'subscriptions') return under(segments, { subscriptionId: undefined, group: undefined });
  if (subscriptionId === undefined) return undefined;
  if (word === undefined) return { kind: 'subscription', subscriptionId };
  if (word.toLowerCase() !== 'resourcegroups') return under(segments.slice(2), { subscriptionId, group: undefined });
  if (group === undefined) return undefined;
  return rest.length === 0 ? { kind: 'group', subscriptionId, group } : under(rest, { subscriptionId, group });
};

/** The id as text, without a trailing slash; `/` for the root. */
export const formatId = (id: ParsedId): string => {
  switch (id.kind) {
    case 'root':
      return '/';
    case 'management-group':
      return `/providers/Microsoft.Management/managementGroups/${id.name}`;
    case 'subscription':
      return `/subscriptions/${id.subscriptionId}`;
    case 'group':
      return groupId(id.subscriptionId, id.group);
    case 'resource': {
      const levels = id.path.map((level) => `${level.type}/${level.name}`).join('/');
      const owner = id.subscriptionId === undefined ? '' : `/subscriptions/${id.subscriptionId}`;
      const group = id.group === undefined ? '' : `/resourceGroups/${id.group}`;
      return `${owner}${group}/providers/${id.namespace}/${levels}`;
    }
    default:
      return id satisfies never;
  }
};

/** The full type of a resource, for example `Microsoft.KeyVault/vaults/secrets`. */
export const typeOf = (id: ResourceId): string => `${id.namespace}/${id.path.map((level) => level.type).join('/')}`;

/** The id of the outermost resource, in which all deeper levels lie. */
export const outermost = (id: ResourceId): ResourceId => ({ ...id, path: id.path.slice(0, 1) });

export const groupId = (subscriptionId: string, group: string): string => `/subscriptions/${subscriptionId}/resourceGroups/${group}`;

/** The form in which ids are compared and indexed. */
export const idKey = (id: string): string => (id.endsWith('/') ? id.slice(0, -1) : id).toLowerCase();
