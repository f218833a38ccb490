import { listOptions, objectOptions } from '../../odata/options.ts';
import type { Route } from '../../operation.ts';
import { permissions } from '../../permissions.ts';
import { getCredential, listCredentials } from './read-credentials.ts';
import { createCredential, deleteCredential, updateCredential } from './write-credentials.ts';

const { readApplications: read, manageApplication: manage } = permissions;
const list = 'applications/{id}/federatedIdentityCredentials';
const one = `${list}/{credential}`;

/** Federated identity credentials of applications. https://learn.microsoft.com/graph/api/resources/federatedidentitycredential */
export const federatedCredentialRoutes: readonly Route[] = [
  { method: 'GET', path: list, permission: read, options: listOptions, run: listCredentials },
  { method: 'POST', path: list, permission: manage, run: createCredential },
  { method: 'GET', path: one, permission: read, options: objectOptions, run: getCredential },
  { method: 'PATCH', path: one, permission: manage, run: updateCredential },
  { method: 'DELETE', path: one, permission: manage, run: deleteCredential },
];
