/**
 * Scopes of role assignments: `/`, a management group, a subscription, a resource group, a resource, or anything below
 * a resource (`…/vaults/v/secrets/s`). They compare by whole segments and without regard to case, so that `vaults/v1`
 * never covers `vaults/v10`. https://learn.microsoft.com/azure/role-based-access-control/scope-overview
 */

/** Longest scope and deepest nesting that are accepted: scopes are part of store keys, and Azure ids stay far below. */
const scopeLimits = { characters: 800, segments: 48 } as const;

/** The scope without a trailing slash; `/` stays. The client's casing is kept. Undefined when it is no scope. */
export const parseScope = (text: string): string | undefined => {
  if (text.length > scopeLimits.characters) return undefined;
  const trimmed = text.endsWith('/') ? text.slice(0, -1) : text;
  if (trimmed === '') return '/';
  if (!trimmed.startsWith('/')) return undefined;
  const segments = trimmed.slice(1).split('/');
  if (segments.length > scopeLimits.segments || segments.includes('')) return undefined;
  const root = segments[0]?.toLowerCase();
  if (root === 'subscriptions') return segments.length >= 2 ? trimmed : undefined;
  if (root === 'providers') return segments.length >= 4 && segments.length % 2 === 0 ? trimmed : undefined;
  return undefined;
};

/** The form in which scopes are compared: lower case, no trailing slash, the root as the empty text. */
export const scopeKey = (scope: string): string => {
  const lower = scope.toLowerCase();
  return lower.endsWith('/') ? lower.slice(0, -1) : lower;
};

/** Whether an assignment at `outer` applies at `inner`. Both are scope keys. */
export const covers = (outer: string, inner: string): boolean =>
  inner.startsWith(outer) && (inner.length === outer.length || inner.charCodeAt(outer.length) === 47);

/** The subscription of a scope key, or undefined above subscriptions. */
export const subscriptionOf = (key: string): string | undefined => {
  const segments = key.split('/', 3);
  return segments[1] === 'subscriptions' ? segments[2] : undefined;
};
