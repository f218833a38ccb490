import type { Route } from '../../operation.ts';
import { permissions } from '../../permissions.ts';
import { membershipActionRoutes } from '../memberships.ts';
import { getByIds, getDirectoryObject } from './read.ts';

export const directoryObjectRoutes: readonly Route[] = [
  { method: 'POST', path: 'directoryObjects/getByIds', permission: permissions.readObjects, reads: true, run: getByIds },
  { method: 'GET', path: 'directoryObjects/{id}', permission: permissions.readObjects, options: ['$select'], run: getDirectoryObject },
  ...membershipActionRoutes('directoryObjects/{id}', permissions.readObjects),
];
