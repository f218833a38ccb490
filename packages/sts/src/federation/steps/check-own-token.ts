import { AadstsError } from '../../errors.ts';
import { must } from '../../requests/must.ts';
import type { FederatedStep } from './context.ts';

/**
 * A genuine token of our own must be a managed identity's, acting for itself (AADSTS700229, 700230), of an identity that is still there, and not have
 * come of a federated credential itself (700231): else trust could be chained and would outlive what it rests on.
 */
export const checkOwnToken: FederatedStep = ({ services, presented, own, holder }) => {
  if (!own) return;
  const { idtyp, tid, oid, sub, xms_mirid: resourceId, xms_ficinfo: chained } = presented.assertion.claims;
  const { tenantId } = must(holder);
  if (idtyp !== 'app') throw new AadstsError(700229);
  if (typeof resourceId !== 'string' || typeof oid !== 'string' || oid !== sub || tid !== tenantId) throw new AadstsError(700230);
  const identity = services.directory.servicePrincipals.byId(tenantId, oid);
  const present = identity?.servicePrincipalType === 'ManagedIdentity' && identity.accountEnabled && identity.resourceId === resourceId;
  if (!present) throw new AadstsError(700230);
  if (chained !== undefined) throw new AadstsError(700231);
};
