import { fields, items, nameOf, number, objects, strings, text } from '../../object/read.ts';
import type { Fields, KubeObject } from '../../object/types.ts';
import type { Mirror } from '../../registry/mirror.ts';
import type { ResourceRow } from '../../resources/types.ts';
import { compileLabelSelector, type LabelRequirement } from '../../selectors/labels.ts';

export interface HookRule {
  readonly operations: readonly string[];
  readonly groups: readonly string[];
  readonly versions: readonly string[];
  readonly resources: readonly string[];
  readonly scope: string;
}

/** One webhook of a configuration, read once. */
export interface Hook {
  readonly name: string;
  readonly rules: readonly HookRule[];
  /** Whether rules for one version also mean the others in which the resource is served (`matchPolicy: Equivalent`). */
  readonly equivalent: boolean;
  readonly namespaceSelector: readonly LabelRequirement[];
  readonly objectSelector: readonly LabelRequirement[];
  readonly ignoreFailure: boolean;
  /** Milliseconds. */
  readonly timeout: number;
  readonly reinvoke: boolean;
  readonly dryRunSafe: boolean;
  readonly client: Fields;
  /** PEM; undefined for the platform's trusted roots. */
  readonly ca: string | undefined;
}

const readRule = (rule: Fields): HookRule => ({
  operations: strings(rule['operations']),
  groups: strings(rule['apiGroups']),
  versions: strings(rule['apiVersions']),
  resources: strings(rule['resources']),
  scope: text(rule['scope']) || '*',
});

const readHook = (webhook: Fields): Hook => {
  const client = fields(webhook['clientConfig']);
  const bundle = text(client['caBundle']);
  const sideEffects = text(webhook['sideEffects']);
  return {
    name: text(webhook['name']),
    rules: objects(webhook['rules']).map(readRule),
    equivalent: webhook['matchPolicy'] !== 'Exact',
    namespaceSelector: compileLabelSelector(webhook['namespaceSelector']),
    objectSelector: compileLabelSelector(webhook['objectSelector']),
    ignoreFailure: webhook['failurePolicy'] === 'Ignore',
    timeout: Math.min(Math.max(number(webhook['timeoutSeconds']) ?? 10, 1), 30) * 1_000,
    reinvoke: webhook['reinvocationPolicy'] === 'IfNeeded',
    dryRunSafe: sideEffects === 'None' || sideEffects === 'NoneOnDryRun',
    client,
    ca: bundle === '' ? undefined : Buffer.from(bundle, 'base64').toString('utf8'),
  };
};

const read = (configuration: KubeObject): readonly Hook[] => items(configuration['webhooks']).map((webhook) => readHook(fields(webhook)));

/** The webhooks of a kind of configuration, sorted by the configurations' names; read again only after one changed. */
export const createHooks = (mirror: Mirror, row: ResourceRow): (() => readonly Hook[]) => {
  let hooks: readonly Hook[] | undefined;
  mirror.subscribe((event) => {
    if (event.row === row) hooks = undefined;
  });
  return () => {
    hooks ??= mirror
      .list(row, '')
      .toSorted((left, right) => (nameOf(left) < nameOf(right) ? -1 : 1))
      .flatMap(read);
    return hooks;
  };
};
