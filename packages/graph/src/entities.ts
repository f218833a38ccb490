import { GraphError } from './errors.ts';
import { propertyOf } from './odata/compile-filter.ts';
import { valueOf } from './odata/visible.ts';
import type { Entity, EntityKind, Navigation, Property, QueryOptions, ReadScope } from './odata/types.ts';
import type { DirectoryObject } from '@podpass/directory';
import { applicationKind } from './kinds/application.ts';
import { directoryRoleKind, type DirectoryRole } from './kinds/directory-role.ts';
import { groupKind } from './kinds/group.ts';
import { servicePrincipalKind } from './kinds/service-principal.ts';
import { userKind } from './kinds/user.ts';

/** What is sent of an entity: checked properties and expansions. */
export interface Selection<T> {
  readonly select: readonly string[] | undefined;
  readonly properties: readonly Property<T>[];
  readonly expansions: readonly { readonly navigation: Navigation<T>; readonly select: readonly string[] | undefined }[];
}

/** Checks `$select` and `$expand` against a kind. Throws the 400 that names a property that the type does not have. */
export const selectionOf = <T extends { readonly id: string }>(
  kind: EntityKind<T>,
  { select, expand }: Pick<QueryOptions, 'select' | 'expand'>,
): Selection<T> => {
  if (kind.checkSelect) {
    kind.checkSelect(select);
    if (expand.length > 0) throw new GraphError('badOption', { option: '$expand' });
    return { select, properties: [], expansions: [] };
  }
  const unknown = (property: string) => new GraphError('unknownProperty', { property, type: kind.type });
  const find = (name: string) => {
    const property = propertyOf(kind, name);
    if (!property) throw unknown(name);
    return property;
  };
  const all = select === undefined || select.includes('*');
  const named = (select ?? []).filter((name) => name !== '*').map(find);
  const usual = all ? kind.properties.filter(({ selectOnly }) => !selectOnly) : [];
  const expansions = expand.map(({ name, select: inner }) => {
    const navigation = kind.navigations?.find((candidate) => candidate.name.toLowerCase() === name.toLowerCase());
    if (!navigation) throw unknown(name);
    return { navigation, select: inner };
  });
  return { select, properties: [...new Set([...usual, ...named])], expansions };
};

/** Writes an entity. */
export const entity = <T extends { readonly id: string }>(
  kind: EntityKind<T>,
  value: T,
  { scope, selection }: { readonly scope: ReadScope; readonly selection: Selection<T> },
): Entity => {
  if (kind.write) return kind.write(value, { scope, select: selection.select });
  const written = Object.fromEntries(
    selection.properties.map((property) => [property.name, valueOf(kind, property, { value, scope }) ?? null]),
  );
  const expanded = selection.expansions.map(({ navigation, select }) => [
    navigation.name,
    navigation.related(value, scope).map((object) => objectEntity(object, { scope, select })),
  ]);
  return { ...written, ...Object.fromEntries(expanded) };
};

/** An object of any kind. */
export type MixedObject = DirectoryObject | { readonly kind: 'directoryRole'; readonly value: DirectoryRole };
interface ObjectOptions {
  readonly scope: ReadScope;
  readonly select?: readonly string[] | undefined;
}

/** Writes an object by its own kind, with `@odata.type`. Selected properties that its kind does not have are left out. */
export const objectEntity = (object: MixedObject, options: ObjectOptions): Entity => {
  if (object.kind === 'user') return written(userKind, object.value, options);
  if (object.kind === 'group') return written(groupKind, object.value, options);
  if (object.kind === 'application') return written(applicationKind, object.value, options);
  if (object.kind === 'directoryRole') return written(directoryRoleKind, object.value, options);
  return written(servicePrincipalKind, object.value, options);
};

const written = <T extends { readonly id: string }>(kind: EntityKind<T>, value: T, { scope, select }: ObjectOptions): Entity => {
  const known = select?.filter((name) => name === '*' || propertyOf(kind, name) !== undefined);
  const selection = selectionOf(kind, { select: known, expand: [] });
  return { '@odata.type': `#microsoft.graph.${kind.type}`, ...entity(kind, value, { scope, selection }) };
};

/** `@odata.context` of an answer: https://learn.microsoft.com/odata/concepts/context */
export const contextUrl = (
  authority: string,
  set: string,
  options: { readonly select?: readonly string[] | undefined; readonly single?: boolean } = {},
): string =>
  `https://${authority}/v1.0/$metadata#${set}${options.select === undefined ? '' : `(${options.select.join(',')})`}${options.single ? '/$entity' : ''}`;
