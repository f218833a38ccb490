import { graphAppId, type AppRoleAssignment, type PrincipalType, type ServicePrincipal } from '@podpass/directory';
import type { Answer } from '@podpass/http';
import { readBody } from '../../body.ts';
import { GraphError } from '../../errors.ts';
import { appRoleAssignmentKind } from '../../kinds/app-role-assignment.ts';
import { demand } from '../../permissions.ts';
import { created, noContent, type GraphRequest } from '../../request.ts';
import { demanded, guid, readOnly, record } from '../../values.ts';
import { assigningRoles } from './permissions.ts';

/** At which end of its assignments the object of a path stands. */
export interface AssignmentList {
  /** Entity set and property, for `@odata.context`: `servicePrincipals('…')/appRoleAssignments`. */
  readonly set: (id: string) => string;
  readonly end: 'principal' | 'resource';
}

/** Access without a particular role, to resources that have none. */
const noRole = '00000000-0000-0000-0000-000000000000';

interface AssignmentBody {
  readonly principalId: string;
  readonly resourceId: string;
  readonly appRoleId: string;
}

const readAssignment = (request: GraphRequest): AssignmentBody => {
  const resource = 'AppRoleAssignment';
  const readers = {
    principalId: guid,
    resourceId: guid,
    appRoleId: guid,
    id: readOnly,
    createdDateTime: readOnly,
    deletedDateTime: readOnly,
    principalDisplayName: readOnly,
    principalType: readOnly,
    resourceDisplayName: readOnly,
  };
  const body = record<AssignmentBody>(readers)(readBody(request.exchange), { resource, property: '' });
  const required = (property: keyof AssignmentBody) => demanded(body[property], { resource, property });
  return { principalId: required('principalId'), resourceId: required('resourceId'), appRoleId: required('appRoleId') };
};

/**
 * `POST …/appRoleAssignments` and `…/appRoleAssignedTo`: the object of the path must stand at its own end.
 * https://learn.microsoft.com/graph/api/serviceprincipal-post-approleassignedto
 */
export const assignRole =
  ({ set, end }: AssignmentList) =>
  async (request: GraphRequest): Promise<Answer> => {
    const { directory, caller, keys } = request;
    const { tenantId } = caller;
    const id = keys['id'] ?? '';
    const { principalId, resourceId, appRoleId } = readAssignment(request);
    if ((end === 'principal' ? principalId : resourceId) !== id) throw new GraphError('referenceUpdate');
    const resource = directory.servicePrincipals.byId(tenantId, resourceId);
    if (!resource) throw new GraphError('notFound', { id: resourceId });
    demandRight(request, resource);
    const principalType = directory.principalType(tenantId, principalId);
    if (!principalType) throw new GraphError('notFound', { id: principalId });
    checkRole(request, { resource, appRoleId, principalType });
    const twin = directory.appRoleAssignments
      .ofPrincipal(tenantId, principalId)
      .some((other) => other.resourceId === resourceId && other.appRoleId === appRoleId);
    if (twin) throw new GraphError('roleAssignmentExists');
    const assignment = await directory.appRoleAssignments.create({ tenantId, principalId, resourceId, appRoleId });
    return created(request, appRoleAssignmentKind(set(id)), assignment);
  };

/** `DELETE …/{assignment}`, which must hang on the object of the path. */
export const unassignRole =
  ({ end }: AssignmentList) =>
  async (request: GraphRequest): Promise<Answer> => {
    const { directory, caller } = request;
    const assignment = assignmentOf(request, end);
    const resource = directory.servicePrincipals.byId(caller.tenantId, assignment.resourceId);
    if (!resource) throw new GraphError('notFound', { id: assignment.id });
    demandRight(request, resource);
    await directory.appRoleAssignments.delete(caller.tenantId, assignment.id);
    return noContent(request);
  };

export const assignmentOf = ({ directory, caller, keys }: GraphRequest, end: AssignmentList['end']): AppRoleAssignment => {
  const id = keys['assignment'] ?? '';
  const found = directory.appRoleAssignments.byId(caller.tenantId, id);
  const own = found && (end === 'principal' ? found.principalId : found.resourceId) === keys['id'];
  if (!found || !own) throw new GraphError('notFound', { id });
  return found;
};

const demandRight = ({ access }: GraphRequest, resource: ServicePrincipal): void => {
  const ofGraph = resource.appId === graphAppId;
  const administers = access.holds(...(ofGraph ? assigningRoles.ofGraph : assigningRoles.ofOthers));
  demand(access.hasAppRole('AppRoleAssignment.ReadWrite.All') || administers || (!ofGraph && access.owns(resource.id)));
};

/** The role must be one of the resource's, enabled, and meant for such principals. */
const checkRole = (
  { directory }: GraphRequest,
  { resource, appRoleId, principalType }: { resource: ServicePrincipal; appRoleId: string; principalType: PrincipalType },
): void => {
  const memberType = principalType === 'ServicePrincipal' ? 'Application' : 'User';
  const roles = (directory.servicePrincipals.resourceOf(resource)?.appRoles ?? []).filter(
    ({ allowedMemberTypes, isEnabled }) => isEnabled && allowedMemberTypes.includes(memberType),
  );
  const good = appRoleId === noRole ? roles.length === 0 : roles.some(({ id }) => id === appRoleId);
  if (!good) throw new GraphError('roleUnknown', { resourceId: resource.id });
};
