import type { Answer } from '@podpass/http';
import { noContent, type GraphRequest } from '../../request.ts';
import { refuseFirstParty } from './guards.ts';

/** `DELETE /servicePrincipals/{id}`; the application stays. Final, as with applications. https://learn.microsoft.com/graph/api/serviceprincipal-delete */
export const deleteServicePrincipal = async (request: GraphRequest): Promise<Answer> => {
  const { id } = refuseFirstParty(request);
  await request.directory.servicePrincipals.delete(request.caller.tenantId, id);
  return noContent(request);
};
