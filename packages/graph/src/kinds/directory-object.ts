import { objectEntity, type MixedObject } from '../entities.ts';
import { GraphError } from '../errors.ts';
import type { EntityKind, Property, PropertyShape } from '../odata/types.ts';
import { applicationKind } from './application.ts';
import { directoryRoleKind } from './directory-role.ts';
import { groupKind } from './group.ts';
import { servicePrincipalKind } from './service-principal.ts';
import { userKind } from './user.ts';

/** An element of a list that mixes kinds. */
export interface Mixed {
  readonly id: string;
  readonly object: MixedObject;
}

export const mixed = (object: MixedObject): Mixed => ({ id: object.value.id, object });

/** Names of the kinds that such lists hold. */
export const mixedTypes = ['user', 'group', 'application', 'servicePrincipal', 'directoryRole'] as const;
export type MixedType = (typeof mixedTypes)[number];

/** Throws the 400 for a `$select` that names what no kind has. */
const checkMixedSelect = (select: readonly string[] | undefined): void => {
  const kinds: readonly { readonly properties: readonly PropertyShape[] }[] = [
    userKind,
    groupKind,
    applicationKind,
    servicePrincipalKind,
    directoryRoleKind,
  ];
  for (const name of select ?? []) {
    const known =
      name === '*' || kinds.some(({ properties }) => properties.some((property) => property.name.toLowerCase() === name.toLowerCase()));
    if (!known) throw new GraphError('unknownProperty', { property: name, type: 'directoryObject' });
  }
};

const displayName: Property<Mixed> = {
  name: 'displayName',
  type: 'string',
  filter: ['eq', 'ne', 'not', 'ge', 'in', 'startswith'],
  orderBy: true,
  search: true,
  // The element is of another type than the list: what shows of it is its own type's matter.
  read: ({ id, object }, { sees }) => (sees({ type: object.kind, id, property: 'displayName' }) ? object.value.displayName : undefined),
};

/** What filters and orders of mixed lists may name; entities are written by `objectEntity`. https://learn.microsoft.com/graph/api/resources/directoryobject */
export const directoryObjectKind: EntityKind<Mixed> = {
  type: 'directoryObject',
  resource: 'DirectoryObject',
  set: 'directoryObjects',
  advancedOnly: true,
  properties: [
    { name: 'id', type: 'string', filter: ['eq', 'ne', 'not', 'in'], read: ({ id }) => id },
    { name: 'deletedDateTime', type: 'dateTime', read: () => null },
    displayName,
  ],
  write: ({ object }, options) => objectEntity(object, options),
  checkSelect: checkMixedSelect,
};
