import { countOptions, listOptions, objectOptions } from '../../odata/options.ts';
import type { Route } from '../../operation.ts';
import { permissions } from '../../permissions.ts';
import { createApplication } from './create-application.ts';
import { deleteApplication } from './delete-application.ts';
import { ownerRoutes } from './owners.ts';
import { countApplications, getApplication, listApplications } from './read-applications.ts';
import { addPassword, keyAction, removePassword } from './secrets.ts';
import { updateApplication } from './update-application.ts';

const { readApplications: read, createApplication: create, manageApplication: manage } = permissions;

/** Operations on applications. https://learn.microsoft.com/graph/api/resources/application */
export const applicationRoutes: readonly Route[] = [
  { method: 'GET', path: 'applications', permission: read, options: listOptions, run: listApplications },
  { method: 'GET', path: 'applications/$count', permission: read, options: countOptions, run: countApplications },
  { method: 'POST', path: 'applications', permission: create, run: createApplication },
  { method: 'GET', path: 'applications/{id}', permission: read, options: objectOptions, run: getApplication },
  { method: 'PATCH', path: 'applications/{id}', permission: manage, run: updateApplication },
  { method: 'DELETE', path: 'applications/{id}', permission: manage, run: deleteApplication },
  { method: 'POST', path: 'applications/{id}/addPassword', permission: manage, run: addPassword('application') },
  { method: 'POST', path: 'applications/{id}/removePassword', permission: manage, run: removePassword('application') },
  { method: 'POST', path: 'applications/{id}/addKey', permission: manage, run: keyAction('addKey') },
  { method: 'POST', path: 'applications/{id}/removeKey', permission: manage, run: keyAction('removeKey') },
  ...ownerRoutes('applications', () => undefined),
];
