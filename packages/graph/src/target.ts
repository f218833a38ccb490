import type { Caller, Directory } from '@podpass/directory';
import { isGuid } from '@podpass/kernel';
import { GraphError } from './errors.ts';
import type { FoundRoute } from './find-route.ts';
import type { Segment } from './path.ts';
import { directoryRolesOf } from './kinds/directory-role.ts';

interface Place {
  readonly directory: Directory;
  readonly tenantId: string;
}

/** Finds the object that a key of an entity set names; undefined when there is none. */
type Resolver = (place: Place, key: Segment) => { readonly id: string } | undefined;

const byGuid =
  (find: (place: Place, id: string) => { readonly id: string } | undefined): Resolver =>
  (place, { text, name }) => {
    if (name !== undefined || !isGuid(text)) throw new GraphError('badIdentifier', { id: text });
    return find(place, text.toLowerCase());
  };

/** Applications and service principals also go by `(appId='…')`. */
const byGuidOrAppId =
  (set: 'applications' | 'servicePrincipals'): Resolver =>
  (place, key) => {
    const { directory, tenantId } = place;
    if (key.name?.toLowerCase() === 'appid') return directory[set].byAppId(tenantId, key.text.toLowerCase());
    return byGuid((_, id) => directory[set].byId(tenantId, id))(place, key);
  };

const resolvers: Readonly<Record<string, Resolver>> = {
  users: ({ directory, tenantId }, { text, name }) => {
    if (name !== undefined) throw new GraphError('badIdentifier', { id: text });
    return isGuid(text) ? directory.users.byId(tenantId, text.toLowerCase()) : directory.users.byPrincipalName(tenantId, text);
  },
  groups: byGuid(({ directory, tenantId }, id) => directory.groups.byId(tenantId, id)),
  applications: byGuidOrAppId('applications'),
  serviceprincipals: byGuidOrAppId('servicePrincipals'),
  directoryobjects: byGuid(({ directory, tenantId }, id) => directory.objectById(tenantId, id)?.value),
  directoryroles: (place, { text, name }) =>
    directoryRolesOf(place).find(
      (role) => (name?.toLowerCase() === 'roletemplateid' ? role.roleTemplateId : role.id) === text.toLowerCase(),
    ),
  oauth2permissiongrants: (place, { text }) => place.directory.permissionGrants.byId(place.tenantId, text),
};

/**
 * The keys of a request by their names. `id` becomes the id of an object of the first segment's set that exists; `me` gives the caller's own. Throws 404 and
 * 400 as Graph does. Keys of sets that are not directory objects stay as they were sent.
 */
export const resolveKeys = ({ route, keys }: FoundRoute, { caller, directory }: { caller: Caller; directory: Directory }) => {
  const sent = Object.fromEntries(Object.entries(keys).map(([name, { text }]) => [name, text]));
  const [set = ''] = route.path.toLowerCase().split('/');
  if (set === 'me') return { ...sent, id: caller.objectId };
  const resolve = resolvers[set];
  const key = keys['id'];
  if (!key || !resolve) return sent;
  const found = resolve({ directory, tenantId: caller.tenantId }, key);
  if (!found) throw new GraphError('notFound', { id: key.text });
  return { ...sent, id: found.id };
};
