import { isGuid, isObject, parseJson } from '@podpass/kernel';
import type { Answer } from '@podpass/http';
import { contextUrl, entity, servicePrincipalKind, userKind, type Entity } from '../entities.ts';
import { GraphError } from '../errors.ts';
import { permissions, requirePermission } from '../permissions.ts';
import { answerHeaders, type GraphRequest } from '../request.ts';
import { mostIds, objectTypes } from '../wire.ts';

/** POST /directoryObjects/getByIds: ids that do not exist are left out. https://learn.microsoft.com/graph/api/directoryobject-getbyids */
export const getByIds = (request: GraphRequest): Answer => {
  const { exchange, caller } = request;
  requirePermission(caller, permissions.readObjects);
  const body = parseJson(exchange.body.toString('utf8'));
  if (!isObject(body)) throw new GraphError('badBody');
  const types = typesOf(body['types']);
  const value = idsOf(body['ids']).flatMap((id) => objectOf(request, id, types) ?? []);
  return {
    status: 200,
    headers: answerHeaders(exchange),
    body: { '@odata.context': contextUrl(exchange.authority, 'directoryObjects'), value },
  };
};

const objectOf = ({ directory, caller }: GraphRequest, id: string, types: ReadonlySet<string>): Entity | undefined => {
  const wants = (type: string) => types.has(type) || types.has('directoryobject');
  const user = wants('user') ? directory.users.byId(caller.tenantId, id) : undefined;
  if (user) return { '@odata.type': '#microsoft.graph.user', ...entity(userKind, user, undefined) };
  const principal = wants('serviceprincipal') ? directory.servicePrincipals.byId(caller.tenantId, id) : undefined;
  return principal && { '@odata.type': '#microsoft.graph.servicePrincipal', ...entity(servicePrincipalKind, principal, undefined) };
};

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
