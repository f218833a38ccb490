import type { Application, CredentialOwner, ServicePrincipal } from '@podpass/directory';
import type { Answer } from '@podpass/http';
import { GraphError } from '../../errors.ts';
import { servicePrincipalKind } from '../../kinds/service-principal.ts';
import { demand } from '../../permissions.ts';
import { created, type GraphRequest } from '../../request.ts';
import { firstOwners } from '../applications/first-owners.ts';
import { readBody } from '../../body.ts';
import { readKeyCredentials } from '../applications/reading/key-credentials.ts';
import { demanded } from '../../values.ts';
import { newServicePrincipalBody } from './body.ts';
import { demandQuota } from '../quota.ts';
import { isFirstParty } from './guards.ts';

/**
 * `POST /servicePrincipals`: of an application of the tenant, of a multi-tenant one of another tenant, or of one of Microsoft's own.
 * https://learn.microsoft.com/graph/api/serviceprincipal-post-serviceprincipals
 */
export const createServicePrincipal = async (request: GraphRequest): Promise<Answer> => {
  const { directory, caller, clock } = request;
  const { tenantId } = caller;
  const body = newServicePrincipalBody(readBody(request.exchange), { resource: 'ServicePrincipal', property: '' });
  const appId = demanded(body.appId, { resource: 'ServicePrincipal', property: 'appId' });
  const { accountEnabled, tags, notes, appRoleAssignmentRequired } = body;
  const place = { resource: 'ServicePrincipal', property: 'keyCredentials' };
  const certificates = readKeyCredentials(body.keyCredentials ?? [], { place, present: [], now: clock.date() });
  demandRight(request, backingApplication(request, appId));
  const owners = firstOwners(request, body['owners@odata.bind']);
  demandQuota(request);
  if (directory.servicePrincipals.byAppId(tenantId, appId)) throw new GraphError('servicePrincipalExists', { name: appId });
  const principal = await directory.servicePrincipals.create(tenantId, appId, {
    ...(accountEnabled === undefined ? {} : { accountEnabled }),
    ...(tags ? { tags } : {}),
    owners,
  });
  const further = {
    ...(notes === undefined ? {} : { notes }),
    ...(appRoleAssignmentRequired === undefined ? {} : { appRoleAssignmentRequired }),
  };
  if (Object.keys(further).length > 0) await directory.servicePrincipals.update(tenantId, principal.id, further);
  const owner: CredentialOwner = { tenantId, kind: 'servicePrincipal', id: principal.id };
  if (certificates.length > 0) await directory.credentials.setCertificates(owner, certificates);
  return created(request, servicePrincipalKind, current(request, principal));
};

const current = ({ directory, caller }: GraphRequest, principal: ServicePrincipal): ServicePrincipal =>
  directory.servicePrincipals.byId(caller.tenantId, principal.id) ?? principal;

/** The tenant's own application; undefined when the application is Microsoft's or another tenant's for all. Single-tenant ones of others do not exist here. */
const backingApplication = ({ directory, caller }: GraphRequest, appId: string): Application | undefined => {
  const own = directory.applications.byAppId(caller.tenantId, appId);
  if (own) return own;
  const foreign = directory.applications.anywhere(appId);
  if (!isFirstParty(appId) && foreign?.signInAudience !== 'AzureADMultipleOrgs') throw new GraphError('noBackingApplication', { appId });
  return undefined;
};

/** Members and applications with `Application.ReadWrite.OwnedBy` make service principals of applications that they own; administrators of any. */
const demandRight = ({ access }: GraphRequest, own: Application | undefined): void =>
  demand(
    access.holds('globalAdministrator', 'applicationAdministrator', 'cloudApplicationAdministrator') ||
      access.hasAppRole('Application.ReadWrite.All', 'Directory.ReadWrite.All') ||
      (own !== undefined && access.owns(own.id)),
  );
