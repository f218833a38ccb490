import type { CredentialOwner } from '@podpass/directory';
import type { Answer } from '@podpass/http';
import { GraphError } from '../../errors.ts';
import { noContent, type GraphRequest } from '../../request.ts';
import { changesOf } from './changes.ts';
import { replaceCredentials } from './replace-credentials.ts';
import { applicationBody } from './reading/body.ts';
import { readBody } from '../../body.ts';
import { applicationOf, tenantOf } from './target.ts';

/**
 * `PATCH /applications/{id}`: what the body names. Members of complex properties stay when it does not name them; lists are replaced as a whole.
 * https://learn.microsoft.com/graph/api/application-update
 */
export const updateApplication = async (request: GraphRequest): Promise<Answer> => {
  const { directory, caller } = request;
  const present = applicationOf(request);
  const body = applicationBody(readBody(request.exchange), { resource: 'Application', property: '' });
  if (body['owners@odata.bind']) throw new GraphError('notOffered', { what: 'owners@odata.bind in an update' });
  const changes = changesOf(body, { present, tenant: tenantOf(request) });
  const owner: CredentialOwner = { tenantId: caller.tenantId, kind: 'application', id: present.id };
  const replace = replaceCredentials(request, { owner, present, body, resource: 'Application' });
  if (Object.keys(changes).length > 0) await directory.applications.update(caller.tenantId, present.id, changes);
  await replace();
  return noContent(request);
};
