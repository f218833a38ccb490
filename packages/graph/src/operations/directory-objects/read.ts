import type { DirectoryObject } from '@podpass/directory';
import type { Answer } from '@podpass/http';
import { isGuid } from '@podpass/kernel';
import { readBody } from '../../body.ts';
import { contextUrl, objectEntity } from '../../entities.ts';
import { GraphError } from '../../errors.ts';
import { directoryObjectKind, mixed } from '../../kinds/directory-object.ts';
import { json, scopeOf, single, type GraphRequest } from '../../request.ts';
import type { Entity } from '../../odata/types.ts';
import { answerLimits, mostIds, objectTypes } from '../../wire.ts';

/** GET /directoryObjects/{id}. https://learn.microsoft.com/graph/api/directoryobject-get */
export const getDirectoryObject = (request: GraphRequest): Answer => {
  const id = request.keys['id'] ?? '';
  const object = request.directory.objectById(request.caller.tenantId, id);
  if (!object) throw new GraphError('notFound', { id });
  return single(request, directoryObjectKind, mixed(object));
};

/** POST /directoryObjects/getByIds: ids that do not exist are left out. https://learn.microsoft.com/graph/api/directoryobject-getbyids */
export const getByIds = (request: GraphRequest): Answer => {
  const scope = scopeOf(request);
  const { ids, types } = readBody(request.exchange);
  const wanted = typesOf(types);
  const found = idsOf(ids).flatMap((id) => scope.directory.objectById(scope.tenantId, id) ?? []);
  const value: Entity[] = [];
  let characters = 0;
  for (const object of found.filter((each) => isWanted(each, wanted))) {
    const written = objectEntity(object, { scope });
    characters += JSON.stringify(written).length;
    // There is no nextLink here: fewer ids must be asked for.
    if (characters > answerLimits.list) throw new GraphError('tooLarge');
    value.push(written);
  }
  return json(request, { '@odata.context': contextUrl(request.exchange.authority, 'directoryObjects'), value });
};

const isWanted = ({ kind }: DirectoryObject, types: ReadonlySet<string>): boolean =>
  types.has('directoryobject') || types.has(kind.toLowerCase());

const idsOf = (ids: unknown): readonly string[] => {
  const good = Array.isArray(ids) && ids.length > 0 && ids.length <= mostIds;
  if (!good || !ids.every((id): id is string => typeof id === 'string' && isGuid(id))) throw new GraphError('badIds');
  return [...new Set(ids.map((id) => id.toLowerCase()))];
};

const typesOf = (types: unknown): ReadonlySet<string> => {
  if (types === undefined || types === null) return new Set(['directoryobject']);
  if (!Array.isArray(types) || !types.every((type): type is string => typeof type === 'string')) throw new GraphError('badTypes');
  const names = types.map((type) => type.toLowerCase());
  if (names.some((name) => !objectTypes.has(name))) throw new GraphError('badTypes');
  return new Set(names.length === 0 ? ['directoryobject'] : names);
};
