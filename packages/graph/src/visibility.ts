import type { Sight } from './odata/types.ts';
import { permissions, tokenAllows, type Access, type Permission } from './permissions.ts';

const { readApplications, readDirectoryRoles, readGroups, readUsers } = permissions;

const withoutBasic = (names: readonly string[]): readonly string[] => names.filter((name) => name !== 'User.ReadBasic.All');

/** What reads all properties of a type of object. Types that are not here are shown by the permission of their own operations alone. */
const readers: Readonly<Record<string, Permission>> = {
  user: { ...readUsers, scopes: withoutBasic(readUsers.scopes), roles: withoutBasic(readUsers.roles) },
  group: readGroups,
  application: readApplications,
  servicePrincipal: readApplications,
  directoryRole: readDirectoryRoles,
};

/** https://learn.microsoft.com/graph/permissions-reference#userreadbasicall */
const basic: ReadonlySet<string> = new Set(['displayName', 'givenName', 'mail', 'surname', 'userPrincipalName']);

/** Who asks, as far as it decides what he sees. */
type Viewer = Pick<Access, 'hasScope' | 'hasAppRole' | 'isSelf'>;

/**
 * What of an object shows to a caller. A permission for a relation is none for what stands at its other end: such an object is sent with its id and type, and null for
 * everything else. https://learn.microsoft.com/graph/permissions-overview#limited-information-returned-for-inaccessible-member-objects
 */
export const createSight = (viewer: Viewer): ((sight: Sight) => boolean) => {
  const may = (permission: Permission) => tokenAllows(viewer, permission);
  const whole = new Map(Object.entries(readers).map(([type, permission]) => [type, may(permission)]));
  const basically = may({ scopes: ['User.ReadBasic.All'], users: [], roles: ['User.ReadBasic.All'] });
  const himself = viewer.hasScope('User.Read', 'User.ReadWrite');
  return ({ type, id, property }) => {
    if (property === 'id' || whole.get(type) !== false) return true;
    if (type !== 'user') return false;
    return (basically && basic.has(property)) || (himself && viewer.isSelf(id));
  };
};
