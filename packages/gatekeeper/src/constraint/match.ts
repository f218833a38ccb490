import { isObject } from '@podpass/kernel';
import { PolicyError } from '../template/problem.ts';
import { compileSelector, type LabelTest } from './selector.ts';

/** The facts of an object that a constraint selects by. */
export interface Candidate {
  readonly group: string;
  readonly kind: string;
  /** Empty for cluster-wide objects. */
  readonly namespace: string;
  /** Empty as long as the API server has not made it up from `generateName`. */
  readonly name: string;
  readonly generateName: string;
  /** Labels of the object and of the one that it replaces: a constraint that selects either, applies. */
  readonly labels: readonly Readonly<Record<string, string>>[];
  /** Labels of the namespace; undefined for cluster-wide objects. */
  readonly namespaceLabels: Readonly<Record<string, string>> | undefined;
}

export interface Match {
  readonly matches: (candidate: Candidate) => boolean;
  /** Groups and kinds to look through in audits; undefined when the constraint names none, or all. */
  readonly kinds: readonly { readonly group: string; readonly kind: string }[] | undefined;
}

const fault = (message: string, field: string) => new PolicyError('invalid_constraint', message, `spec.match${field}`);
const known: ReadonlySet<string> = new Set([
  'kinds',
  'scope',
  'namespaces',
  'excludedNamespaces',
  'labelSelector',
  'namespaceSelector',
  'name',
  'source',
]);

const strings = (value: unknown, field: string): readonly string[] => {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value) || !value.every((each) => typeof each === 'string')) throw fault('must be a list of strings', field);
  return value;
};

/** `kube-*`, `*-system` and `*mid*`; without stars the whole text must be equal. */
export const globMatches = (pattern: string, text: string): boolean => {
  const before = pattern.startsWith('*');
  const after = pattern.endsWith('*');
  const core = pattern.slice(before ? 1 : 0, after ? Math.max(pattern.length - 1, before ? 1 : 0) : undefined);
  if (before && after) return text.includes(core);
  if (before) return text.endsWith(core);
  return after ? text.startsWith(core) : text === pattern;
};

const readKinds = (value: unknown) => {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw fault('must be a list', '.kinds');
  return value.map((row: unknown, index) => {
    if (!isObject(row)) throw fault('must be an object', `.kinds[${index}]`);
    return { groups: strings(row['apiGroups'], `.kinds[${index}].apiGroups`), kinds: strings(row['kinds'], `.kinds[${index}].kinds`) };
  });
};

const includes = (list: readonly string[], value: string) => list.includes('*') || list.includes(value);

const isNamespace = ({ group, kind }: Candidate) => group === '' && kind === 'Namespace';
/** The namespace that an object is in, or is; undefined for other cluster-wide objects, which namespaces do not select by. */
const namespaceOf = (candidate: Candidate): string | undefined =>
  isNamespace(candidate) ? candidate.name : candidate.namespace === '' ? undefined : candidate.namespace;

const scopes: ReadonlySet<unknown> = new Set(['*', 'Cluster', 'Namespaced']);
const sources: ReadonlySet<unknown> = new Set(['All', 'Original', 'Generated']);

const readScope = (match: Record<string, unknown>) => {
  const { scope = '*', source = 'All', name = '' } = match;
  if (!scopes.has(scope)) throw fault('must be *, Cluster or Namespaced', '.scope');
  if (!sources.has(source)) throw fault('must be All, Original or Generated', '.source');
  if (typeof name !== 'string') throw fault('must be a string', '.name');
  // Nothing is generated here: templates of workloads are not expanded, their pods are looked at themselves.
  return { scope, none: source === 'Generated', name };
};

const selects = (test: LabelTest, labels: readonly Readonly<Record<string, string>>[]): boolean =>
  labels.length === 0 ? test({}) : labels.some((each) => test(each));

/**
 * Reads `spec.match` of a constraint. Throws PolicyError for fields that are unknown or malformed: a selector that is
 * read wrongly would leave objects out. Source: https://open-policy-agent.github.io/gatekeeper/website/docs/howto#the-match-field
 */
export const readMatch = (value: unknown): Match => {
  const match = value === undefined || value === null ? {} : value;
  if (!isObject(match)) throw fault('must be an object', '');
  const stranger = Object.keys(match).find((field) => !known.has(field));
  if (stranger !== undefined) throw fault('is not a field of match', `.${stranger.slice(0, 64)}`);
  const kinds = readKinds(match['kinds']);
  const namespaces = strings(match['namespaces'], '.namespaces');
  const excluded = strings(match['excludedNamespaces'], '.excludedNamespaces');
  const { scope, none, name } = readScope(match);
  const labels = compileSelector(match['labelSelector'], 'spec.match.labelSelector');
  const namespaceLabels = compileSelector(match['namespaceSelector'], 'spec.match.namespaceSelector');
  const wild = kinds.length === 0 || kinds.some((row) => row.groups.includes('*') || row.kinds.includes('*'));

  const matches = (candidate: Candidate): boolean => {
    if (none) return false;
    if (kinds.length > 0 && !kinds.some((row) => includes(row.groups, candidate.group) && includes(row.kinds, candidate.kind)))
      return false;
    if (scope !== '*' && (scope === 'Namespaced') !== (candidate.namespace !== '' && !isNamespace(candidate))) return false;
    const namespace = namespaceOf(candidate);
    if (namespace !== undefined) {
      if (namespaces.length > 0 && !namespaces.some((pattern) => globMatches(pattern, namespace))) return false;
      if (excluded.some((pattern) => globMatches(pattern, namespace))) return false;
    }
    if (name !== '' && ![candidate.name, candidate.generateName].some((each) => each !== '' && globMatches(name, each))) return false;
    if (!selects(labels, candidate.labels)) return false;
    if (isNamespace(candidate)) return selects(namespaceLabels, candidate.labels);
    return candidate.namespaceLabels === undefined || namespaceLabels(candidate.namespaceLabels);
  };
  return {
    matches,
    kinds: wild ? undefined : kinds.flatMap((row) => row.groups.flatMap((group) => row.kinds.map((kind) => ({ group, kind })))),
  };
};
