import type { FederatedCredential } from '@podpass/directory';
import type { Answer } from '@podpass/http';
import { isGuid } from '@podpass/kernel';
import { GraphError } from '../../errors.ts';
import { federatedCredentialKind } from '../../kinds/federated-credential.ts';
import { page, single, type GraphRequest } from '../../request.ts';
import { sourceOf } from '../../sources.ts';

export const applicationIdOf = ({ keys }: GraphRequest): string => keys['id'] ?? '';

/** The credential that the path names, by its id or by its name. */
export const credentialOf = (request: GraphRequest): FederatedCredential => {
  const { directory, caller, keys } = request;
  const key = keys['credential'] ?? '';
  const application = applicationIdOf(request);
  const byId = isGuid(key) ? directory.federatedCredentials.byId(caller.tenantId, application, key.toLowerCase()) : undefined;
  const found = byId ?? directory.federatedCredentials.get(caller.tenantId, application, key);
  if (!found) throw new GraphError('notFound', { id: key });
  return found;
};

/** https://learn.microsoft.com/graph/api/application-list-federatedidentitycredentials */
export const listCredentials = (request: GraphRequest): Promise<Answer> => {
  const application = applicationIdOf(request);
  const credentials = request.directory.federatedCredentials.list(request.caller.tenantId, application);
  return page(request, federatedCredentialKind(application), sourceOf(credentials));
};

/** https://learn.microsoft.com/graph/api/federatedidentitycredential-get */
export const getCredential = (request: GraphRequest): Answer =>
  single(request, federatedCredentialKind(applicationIdOf(request)), credentialOf(request));
