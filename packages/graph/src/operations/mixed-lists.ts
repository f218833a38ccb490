import type { Answer } from '@podpass/http';
import { directoryObjectKind, mixed, mixedTypes, type Mixed, type MixedType } from '../kinds/directory-object.ts';
import type { MixedObject } from '../entities.ts';
import { countMatching } from '../odata/list.ts';
import { countOptions, listOptions } from '../odata/options.ts';
import type { Source } from '../odata/types.ts';
import type { Route } from '../operation.ts';
import type { Permission } from '../permissions.ts';
import { page, plainCount, scopeOf, type GraphRequest } from '../request.ts';
import { sourceOf, sourceOfIds } from '../sources.ts';
import { castKinds } from './casts.ts';

/** A relation to objects of several kinds, such as the members of a group. */
export interface MixedList {
  /** `groups/{id}/members` */
  readonly path: string;
  readonly permission: Permission;
  /** Ids at the other end, in their order; of those without object none is sent. */
  readonly ids: (request: GraphRequest) => readonly string[];
  /** Objects beside those. */
  readonly further?: (request: GraphRequest) => readonly MixedObject[];
  /** Kinds that the list may be cast to. */
  readonly types: readonly MixedType[];
}

/** The operations of such a relation: the list, its number, and both for one kind only (`…/microsoft.graph.user`). */
export const mixedListRoutes = (list: MixedList): readonly Route[] => [
  { method: 'GET', path: list.path, permission: list.permission, options: listOptions, run: (request) => listMixed(request, list) },
  {
    method: 'GET',
    path: `${list.path}/$count`,
    permission: list.permission,
    options: countOptions,
    run: async (request) => plainCount(request, await countMatching(request, directoryObjectKind, sourceOfList(request, list))),
  },
  ...mixedTypes.filter((type) => list.types.includes(type)).flatMap((type) => castRoutes(list, type)),
];

const listMixed = (request: GraphRequest, list: MixedList): Promise<Answer> =>
  page(request, directoryObjectKind, sourceOfList(request, list));

const sourceOfList = (request: GraphRequest, { ids, further }: MixedList): Source<Mixed> => {
  const { directory, tenantId } = scopeOf(request);
  const find = (id: string) => {
    const object = directory.objectById(tenantId, id);
    return object && mixed(object);
  };
  const extra = further?.(request) ?? [];
  if (extra.length === 0) return sourceOfIds(ids(request), find);
  return sourceOf([...ids(request).flatMap((id) => find(id) ?? []), ...extra.map(mixed)]);
};

const castRoutes = (list: MixedList, type: MixedType): readonly Route[] => {
  const path = `${list.path}/microsoft.graph.${type}`;
  const cast = <T extends { readonly id: string }>(request: GraphRequest, pick: (object: MixedObject) => T | undefined): Source<T> => {
    const { directory, tenantId } = scopeOf(request);
    const found = list.ids(request).flatMap((id) => directory.objectById(tenantId, id) ?? []);
    return sourceOf([...found, ...(list.further?.(request) ?? [])].flatMap((object) => pick(object) ?? []));
  };
  return [
    {
      method: 'GET',
      path,
      permission: list.permission,
      options: listOptions,
      run: (request) => castKinds[type]((kind, pick) => page(request, kind, cast(request, pick))),
    },
    {
      method: 'GET',
      path: `${path}/$count`,
      permission: list.permission,
      options: countOptions,
      run: (request) => castKinds[type](async (kind, pick) => plainCount(request, await countMatching(request, kind, cast(request, pick)))),
    },
  ];
};
