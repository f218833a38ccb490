import type { DirectoryObject } from '@podpass/directory';
import { isGuid } from '@podpass/kernel';
import { readBody } from '../body.ts';
import { GraphError } from '../errors.ts';
import type { GraphRequest } from '../request.ts';
import { graphHost, mostBindings } from '../wire.ts';

/** Entity sets that a reference may name, with the kind that they hold; undefined is any. */
const sets: Readonly<Record<string, DirectoryObject['kind'] | undefined>> = {
  directoryobjects: undefined,
  users: 'user',
  groups: 'group',
  serviceprincipals: 'servicePrincipal',
  applications: 'application',
};

/**
 * The object that an `@odata.id` names: `https://graph.microsoft.com/v1.0/directoryObjects/{id}`, or `/users/{id}` and the like, absolute or relative. Throws the 400 for
 * another form or host, and the 404 for an object that is not in the tenant.
 */
const referenced = (request: GraphRequest, reference: unknown): DirectoryObject => {
  const { set, id } = partsOf(reference, request.exchange.host);
  const found = request.directory.objectById(request.caller.tenantId, id);
  const kind = sets[set];
  if (!found || (kind !== undefined && found.kind !== kind)) throw new GraphError('notFound', { id });
  return found;
};

const partsOf = (reference: unknown, host: string): { readonly set: string; readonly id: string } => {
  const text = typeof reference === 'string' && reference.length <= 1000 ? reference : '';
  const relative = !/^[a-z]+:/i.test(text);
  const url = URL.parse(relative ? `https://${host}/v1.0/${text.replace(/^\//, '')}` : text);
  const ours =
    url?.protocol === 'https:' && [host, graphHost].includes(url.host) && url.search === '' && `${url.username}${url.password}` === '';
  const found = ours ? /^\/(?:v1\.0|beta)\/([a-z]+)(?:\/([^/()]+)|\('([^/']+)'\))$/i.exec(url.pathname) : null;
  const [set, id] = [found?.[1]?.toLowerCase() ?? '', (found?.[2] ?? found?.[3] ?? '').toLowerCase()];
  if (!Object.hasOwn(sets, set) || !isGuid(id)) throw new GraphError('badReferenceUrl');
  return { set, id };
};

/** Kinds that can stand in a relation. https://learn.microsoft.com/graph/api/group-post-members, https://learn.microsoft.com/graph/api/group-post-owners */
const fitting: Readonly<Record<'members' | 'owners', readonly DirectoryObject['kind'][]>> = {
  members: ['user', 'group', 'servicePrincipal'],
  owners: ['user', 'servicePrincipal'],
};

const fits = ({ kind, value }: DirectoryObject, property: 'members' | 'owners'): string => {
  if (!fitting[property].includes(kind)) throw new GraphError('badReference', { target: value.id, property });
  return value.id;
};

/** The id of the one object of a `…/$ref` body. */
export const readReference = (request: GraphRequest, property: 'members' | 'owners'): string =>
  fits(referenced(request, readBody(request.exchange)['@odata.id']), property);

/** The ids of a `members@odata.bind`: at most twenty, each once; none when the property is absent. */
export const readBindings = (request: GraphRequest, value: unknown, property: 'members' | 'owners'): readonly string[] => {
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw new GraphError('invalidValue', { property, resource: 'Group' });
  if (value.length > mostBindings) throw new GraphError('tooManyReferences', { property });
  return [...new Set(value.map((reference: unknown) => fits(referenced(request, reference), property)))];
};

export interface ReferenceWrite {
  readonly objectId: string;
  readonly memberId: string;
}

/** Adds members or owners; none when one of them is there already. */
export const addReferences = async (
  request: GraphRequest,
  relation: 'members' | 'owners',
  writes: readonly ReferenceWrite[],
): Promise<void> => {
  const { directory, caller } = request;
  const there = writes.some(({ objectId, memberId }) => directory[relation].has(caller.tenantId, objectId, memberId));
  if (there) throw new GraphError('alreadyReferenced', { property: relation });
  // Known before the first write, so that a refused request has changed nothing. The directory looks again, under its guard.
  const circle = writes.find((write) => relation === 'members' && closesCircle(request, write));
  if (circle) throw new GraphError('badReference', { target: circle.memberId, property: relation });
  for (const { objectId, memberId } of writes) {
    // One after the other: a circle is only seen when the edges before are there.
    // oxlint-disable-next-line no-await-in-loop
    await directory[relation].add(caller.tenantId, objectId, memberId);
  }
};

const closesCircle = ({ directory, caller }: GraphRequest, { objectId, memberId }: ReferenceWrite): boolean =>
  objectId === memberId || directory.members.transitiveGroupsOf(caller.tenantId, objectId).includes(memberId);

/** Removes a member or owner. Throws the 404 when it was none. */
export const removeReference = async (
  { directory, caller }: GraphRequest,
  relation: 'members' | 'owners',
  { objectId, memberId }: ReferenceWrite,
): Promise<void> => {
  const id = memberId.toLowerCase();
  if (!(await directory[relation].remove(caller.tenantId, objectId, id))) throw new GraphError('notFound', { id: memberId });
};
