import { labelsOf, nameOf, namespaceOf, specOf, uidOf } from '../../object/read.ts';
import type { KubeObject, OwnerReference } from '../../object/types.ts';
import type { Mirror } from '../../registry/mirror.ts';
import type { ResourceRow } from '../../resources/types.ts';
import { compileLabelSelector, matchesLabels, type LabelRequirement } from '../../selectors/labels.ts';

/** `namespace/name`. */
export const keyOf = (object: KubeObject): string => `${namespaceOf(object)}/${nameOf(object)}`;

/** The owner that manages the object; there is at most one. */
export const controllerOf = (object: KubeObject): OwnerReference | undefined =>
  object.metadata.ownerReferences?.find((owner) => owner.controller === true);

/** Objects of one resource by who manages them, kept current by the mirror's changes. */
export interface OwnedIndex {
  /** Those that this owner controls. An owner controls nothing outside of its namespace, whatever is claimed there. */
  ownedBy(owner: KubeObject): readonly KubeObject[];
  /** Those of a namespace that nobody controls. */
  orphans(namespace: string): readonly KubeObject[];
  close(): void;
}

/** Creates the index over a resource. Listeners that rely on it must subscribe to the mirror after it was made. */
export const createOwnedIndex = (mirror: Mirror, row: ResourceRow): OwnedIndex => {
  const shelves = new Map<string, Map<string, KubeObject>>();
  // Names of namespaces hold no slash; without a controller the second part is empty.
  const shelfOf = (object: KubeObject) => `${namespaceOf(object)}/${controllerOf(object)?.uid ?? ''}`;
  const put = (object: KubeObject) => {
    const name = shelfOf(object);
    const shelf = shelves.get(name) ?? new Map<string, KubeObject>();
    shelves.set(name, shelf.set(keyOf(object), object));
  };
  const take = (object: KubeObject) => {
    const name = shelfOf(object);
    const shelf = shelves.get(name);
    shelf?.delete(keyOf(object));
    if (shelf?.size === 0) shelves.delete(name);
  };
  for (const object of mirror.list(row, '')) put(object);
  const stop = mirror.subscribe((event) => {
    if (event.row !== row) return;
    if (event.previous !== undefined) take(event.previous);
    if (event.type !== 'DELETED') put(event.object);
  });
  return {
    ownedBy: (owner) => [...(shelves.get(`${namespaceOf(owner)}/${uidOf(owner)}`)?.values() ?? [])],
    orphans: (namespace) => [...(shelves.get(`${namespace}/`)?.values() ?? [])],
    close: stop,
  };
};

/** Workloads by namespace, with their selectors compiled. */
export interface SelectorIndex {
  /** The workloads of the namespace that select these labels. */
  selecting(object: KubeObject): readonly KubeObject[];
  close(): void;
}

export const requirementsOf = (workload: KubeObject): readonly LabelRequirement[] => compileLabelSelector(specOf(workload)['selector']);

/** Creates the index over a kind of workload. */
export const createSelectorIndex = (mirror: Mirror, row: ResourceRow): SelectorIndex => {
  const namespaces = new Map<string, Map<string, { readonly workload: KubeObject; readonly requirements: readonly LabelRequirement[] }>>();
  const put = (workload: KubeObject) => {
    const entries = namespaces.get(namespaceOf(workload)) ?? new Map();
    namespaces.set(namespaceOf(workload), entries.set(uidOf(workload), { workload, requirements: requirementsOf(workload) }));
  };
  for (const workload of mirror.list(row, '')) put(workload);
  const stop = mirror.subscribe((event) => {
    if (event.row !== row) return;
    if (event.type !== 'DELETED') return put(event.object);
    const entries = namespaces.get(namespaceOf(event.object));
    entries?.delete(uidOf(event.object));
    if (entries?.size === 0) namespaces.delete(namespaceOf(event.object));
  });
  return {
    selecting: (object) =>
      [...(namespaces.get(namespaceOf(object))?.values() ?? [])]
        // A selector without requirements selects nothing here: it would take every pod.
        .filter(({ requirements }) => requirements.length > 0 && matchesLabels(requirements, labelsOf(object)))
        .map(({ workload }) => workload),
    close: stop,
  };
};
