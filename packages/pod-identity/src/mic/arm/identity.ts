import { isObject, type JsonObject } from '@podpass/kernel';
import type { IdentityChange } from '../cloud.ts';
import { arm } from '../wire.ts';

/** The identity of a scale set as ARM shows it. */
export interface ScaleSetIdentity {
  readonly system: boolean;
  /** Lower case. */
  readonly ids: ReadonlySet<string>;
  readonly provisioningState: string;
}

/** Reads a scale set; missing members count as empty. */
export const readScaleSet = (value: unknown): ScaleSetIdentity => {
  const body = isObject(value) ? value : {};
  const identity = isObject(body['identity']) ? body['identity'] : {};
  const properties = isObject(body['properties']) ? body['properties'] : {};
  const type = typeof identity['type'] === 'string' ? identity['type'].toLowerCase() : '';
  const ids = isObject(identity['userAssignedIdentities']) ? Object.keys(identity['userAssignedIdentities']) : [];
  const state = properties['provisioningState'];
  return {
    system: type.includes('systemassigned'),
    ids: new Set(ids.map((id) => id.toLowerCase())),
    provisioningState: typeof state === 'string' ? state : '',
  };
};

const typeOf = (system: boolean, some: boolean): string => {
  if (some) return system ? 'SystemAssigned, UserAssigned' : 'UserAssigned';
  return system ? 'SystemAssigned' : 'None';
};

/** One PATCH: what it changes, and its body. */
export interface IdentityPatch {
  readonly add: readonly string[];
  readonly remove: readonly string[];
  readonly body: JsonObject;
}

/**
 * The PATCHes that bring the change about: only ids that differ, `null` for those that go, at most 150 in each. When all
 * go, one PATCH that takes the type away. None when nothing changes.
 * https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/how-to-configure-managed-identities-scale-sets
 */
export const identityPatches = (present: ScaleSetIdentity, change: IdentityChange): readonly IdentityPatch[] => {
  const adding = new Set(change.add);
  const add = [...adding].filter((id) => !present.ids.has(id));
  const remove = [...new Set(change.remove)].filter((id) => present.ids.has(id) && !adding.has(id));
  if (add.length === 0 && remove.length === 0) return [];
  if (present.ids.size + add.length - remove.length === 0)
    return [{ add, remove, body: { identity: { type: typeOf(present.system, false) } } }];
  const type = typeOf(present.system, true);
  // What is added comes first: then no PATCH in between leaves the scale set without identities.
  const all = [...add.map((id) => [id, {}] as const), ...remove.map((id) => [id, null] as const)];
  return Array.from({ length: Math.ceil(all.length / arm.chunk) }, (_, index) => {
    const part = all.slice(index * arm.chunk, (index + 1) * arm.chunk);
    return {
      add: part.filter(([, value]) => value !== null).map(([id]) => id),
      remove: part.filter(([, value]) => value === null).map(([id]) => id),
      body: { identity: { type, userAssignedIdentities: Object.fromEntries(part) } },
    };
  });
};
