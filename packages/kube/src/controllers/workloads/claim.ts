import { isDeleting, labelsOf, nameOf, namespaceOf, uidOf } from '../../object/read.ts';
import type { KubeObject, OwnerReference } from '../../object/types.ts';
import type { Registry } from '../../registry/registry.ts';
import { apiVersionOf } from '../../resources/lookup.ts';
import type { ResourceRow } from '../../resources/types.ts';
import { matchesLabels } from '../../selectors/labels.ts';
import type { ControllerClient } from './client.ts';
import { requirementsOf, type OwnedIndex } from './owned.ts';

/** The reference by which a workload controls what it made. */
export const controllerReference = (row: ResourceRow, owner: KubeObject): OwnerReference => ({
  apiVersion: apiVersionOf(row),
  kind: row.kind,
  name: nameOf(owner),
  uid: uidOf(owner),
  controller: true,
  blockOwnerDeletion: true,
});

const withOwners = (object: KubeObject, owners: readonly OwnerReference[]): KubeObject => {
  const { ownerReferences: _before, ...metadata } = object.metadata;
  return { ...object, metadata: { ...metadata, ...(owners.length === 0 ? {} : { ownerReferences: [...owners] }) } };
};

/**
 * What belongs to a workload: what it controls and still selects, and what it selects and nobody controls, which it adopts. What it no
 * longer selects is released. A workload that is being deleted neither adopts nor releases.
 */
export const claim = async (
  deps: { readonly registry: Registry; readonly client: ControllerClient; readonly index: OwnedIndex },
  rows: { readonly owner: ResourceRow; readonly owned: ResourceRow },
  owner: KubeObject,
): Promise<readonly KubeObject[]> => {
  const { registry, client, index } = deps;
  const requirements = requirementsOf(owner);
  const matches = (object: KubeObject) => requirements.length > 0 && matchesLabels(requirements, labelsOf(object));
  const owned = index.ownedBy(owner);
  if (isDeleting(owner)) return owned.filter(matches);
  const kept: KubeObject[] = [];
  for (const object of owned) {
    if (matches(object)) kept.push(object);
    else if (!isDeleting(object)) {
      const others = (object.metadata.ownerReferences ?? []).filter((reference) => reference.uid !== uidOf(owner));
      await client.update(rows.owned, object, withOwners(object, others));
    }
  }
  for (const object of index.orphans(namespaceOf(owner))) {
    if (isDeleting(object) || !matches(object)) continue;
    // Not for one that was deleted meanwhile, or whose name another bears by now.
    const present = registry.get(rows.owner, namespaceOf(owner), nameOf(owner));
    if (present === undefined || uidOf(present) !== uidOf(owner) || isDeleting(present)) break;
    const owners = [...(object.metadata.ownerReferences ?? []), controllerReference(rows.owner, owner)];
    kept.push(await client.update(rows.owned, object, withOwners(object, owners)));
  }
  return kept;
};
