import type { PermissionGrant } from '@podpass/directory';
import type { Answer } from '@podpass/http';
import { readBody } from '../../body.ts';
import { GraphError } from '../../errors.ts';
import { permissionGrantKind } from '../../kinds/permission-grant.ts';
import { created, noContent, page, single, type GraphRequest } from '../../request.ts';
import { sourceOf } from '../../sources.ts';
import { choice, demanded, guid, invalid, optional, readOnly, record, unkept, type Reader } from '../../values.ts';

const resource = 'OAuth2PermissionGrant';
const root = { resource, property: '' };
const scopeLength = 3850;

/** Scope values, separated by single spaces, each once. Values that the resource does not have are kept, as Graph keeps them: they grant nothing. */
const scopes: Reader<string> = (value, place) => {
  if (value === null) return '';
  if (typeof value !== 'string' || value.length > scopeLength) throw invalid(place);
  return [...new Set(value.split(/\s+/).filter((scope) => scope !== ''))].join(' ');
};

interface GrantBody {
  readonly clientId: string;
  readonly consentType: PermissionGrant['consentType'];
  readonly principalId: string | undefined;
  readonly resourceId: string;
  readonly scope: string;
}

const grantOf = ({ directory, caller, keys }: GraphRequest): PermissionGrant => {
  const id = keys['id'] ?? '';
  const grant = directory.permissionGrants.byId(caller.tenantId, id);
  if (!grant) throw new GraphError('notFound', { id });
  return grant;
};

/** https://learn.microsoft.com/graph/api/oauth2permissiongrant-list */
export const listGrants = (request: GraphRequest): Promise<Answer> =>
  page(request, permissionGrantKind, sourceOf(request.directory.permissionGrants.list(request.caller.tenantId)));

/** `servicePrincipals/{id}/oauth2PermissionGrants`: what the client may. */
export const listGrantsOfClient = (request: GraphRequest): Promise<Answer> => {
  const { directory, caller, keys } = request;
  return page(request, permissionGrantKind, sourceOf(directory.permissionGrants.ofClient(caller.tenantId, keys['id'] ?? '')));
};

/** `users/{id}/oauth2PermissionGrants`: what clients may on behalf of this user alone. */
export const listGrantsOfUser = (request: GraphRequest): Promise<Answer> => {
  const { directory, caller, keys } = request;
  const grants = directory.permissionGrants.list(caller.tenantId).filter(({ principalId }) => principalId === keys['id']);
  return page(request, permissionGrantKind, sourceOf(grants));
};

/** https://learn.microsoft.com/graph/api/oauth2permissiongrant-get */
export const getGrant = (request: GraphRequest): Answer => single(request, permissionGrantKind, grantOf(request));

/** https://learn.microsoft.com/graph/api/oauth2permissiongrant-post */
export const createGrant = async (request: GraphRequest): Promise<Answer> => {
  const { directory, caller } = request;
  const { tenantId } = caller;
  const readers = {
    clientId: guid,
    consentType: choice('AllPrincipals', 'Principal'),
    principalId: optional(guid),
    resourceId: guid,
    scope: scopes,
    id: readOnly,
    startTime: unkept(),
    expiryTime: unkept(),
  };
  const body = record<GrantBody>(readers)(readBody(request.exchange), root);
  const clientId = demanded(body.clientId, { resource, property: 'clientId' });
  const resourceId = demanded(body.resourceId, { resource, property: 'resourceId' });
  const consentType = demanded(body.consentType, { resource, property: 'consentType' });
  const { principalId, scope = '' } = body;
  if ((consentType === 'Principal') !== (principalId !== undefined)) throw new GraphError('grantPrincipal');
  const missing = [clientId, resourceId].find((id) => !directory.servicePrincipals.byId(tenantId, id));
  if (missing !== undefined) throw new GraphError('notFound', { id: missing });
  if (principalId !== undefined && !directory.users.byId(tenantId, principalId)) throw new GraphError('notFound', { id: principalId });
  const twin = directory.permissionGrants
    .ofClient(tenantId, clientId)
    .some((other) => other.resourceId === resourceId && other.consentType === consentType && other.principalId === principalId);
  if (twin) throw new GraphError('grantExists');
  const grant = { tenantId, clientId, consentType, resourceId, scope, ...(principalId === undefined ? {} : { principalId }) };
  return created(request, permissionGrantKind, await directory.permissionGrants.create(grant));
};

/** Replaces the scopes; nothing else can be changed. https://learn.microsoft.com/graph/api/oauth2permissiongrant-update */
export const updateGrant = async (request: GraphRequest): Promise<Answer> => {
  const { id } = grantOf(request);
  const fixed = { clientId: readOnly, consentType: readOnly, principalId: readOnly, resourceId: readOnly, id: readOnly };
  const body = record<{ scope: string }>({ ...fixed, scope: scopes })(readBody(request.exchange), root);
  await request.directory.permissionGrants.update(request.caller.tenantId, id, demanded(body.scope, { resource, property: 'scope' }));
  return noContent(request);
};

/** https://learn.microsoft.com/graph/api/oauth2permissiongrant-delete */
export const deleteGrant = async (request: GraphRequest): Promise<Answer> => {
  await request.directory.permissionGrants.delete(request.caller.tenantId, grantOf(request).id);
  return noContent(request);
};
