import type { CredentialOwner, ServicePrincipal } from '@podpass/directory';
import type { Answer } from '@podpass/http';
import { GraphError } from '../../errors.ts';
import { noContent, type GraphRequest } from '../../request.ts';
import { readBody } from '../../body.ts';
import { invalid } from '../../values.ts';
import { replaceCredentials } from '../applications/replace-credentials.ts';
import { servicePrincipalBody, type ServicePrincipalBody } from './body.ts';
import { isFirstParty, refuseManagedIdentity } from './guards.ts';

const resource = 'ServicePrincipal';

/** `PATCH /servicePrincipals/{id}`. https://learn.microsoft.com/graph/api/serviceprincipal-update */
export const updateServicePrincipal = async (request: GraphRequest): Promise<Answer> => {
  const { directory, caller } = request;
  const present = refuseManagedIdentity(request);
  const body = servicePrincipalBody(readBody(request.exchange), { resource, property: '' });
  if (isFirstParty(present.appId) && (body.keyCredentials !== undefined || body.passwordCredentials !== undefined)) {
    throw new GraphError('firstPartyPrincipal');
  }
  checkNames(request, body, present);
  const owner: CredentialOwner = { tenantId: caller.tenantId, kind: 'servicePrincipal', id: present.id };
  const replace = replaceCredentials(request, { owner, present, body, resource });
  const changes = changesOf(body);
  if (Object.keys(changes).length > 0) await directory.servicePrincipals.update(caller.tenantId, present.id, changes);
  await replace();
  return noContent(request);
};

const changeable = ['accountEnabled', 'appRoleAssignmentRequired', 'displayName', 'notes', 'servicePrincipalNames', 'tags'] as const;

const changesOf = (body: Partial<ServicePrincipalBody>): Pick<Partial<ServicePrincipalBody>, (typeof changeable)[number]> =>
  Object.fromEntries(changeable.filter((name) => name in body).map((name) => [name, body[name]]));

/**
 * Names decide which principal a token is for: those that are there, the application's own URIs, and always the client id. Further ones would
 * let an owner take another API's name.
 */
const checkNames = (
  { directory }: GraphRequest,
  { servicePrincipalNames: names }: Partial<ServicePrincipalBody>,
  present: ServicePrincipal,
): void => {
  if (!names) return;
  const uris = directory.applications.anywhere(present.appId)?.identifierUris ?? [];
  const allowed = new Set([present.appId, ...uris, ...present.servicePrincipalNames]);
  const foreign = names.find((name) => !allowed.has(name));
  if (foreign !== undefined) throw new GraphError('notOffered', { what: `the further service principal name ${foreign}` });
  if (!names.includes(present.appId)) throw invalid({ resource, property: 'servicePrincipalNames' });
};
