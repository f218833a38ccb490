import type { IdentityRecord } from './objects.ts';

/** Which identity a request names; upstream's parameters, and the object id of the metadata service. */
export interface Wanted {
  readonly resource: string;
  readonly clientId: string;
  readonly resourceId: string;
  readonly objectId: string;
}

/** Reads the parameters as upstream does: the first of each name, `msi_res_id` before `mi_res_id`, api-version ignored. */
export const readWanted = (query: URLSearchParams): Wanted => ({
  resource: query.get('resource') ?? '',
  clientId: query.get('client_id') ?? '',
  resourceId: query.get('msi_res_id') || query.get('mi_res_id') || '',
  objectId: query.get('object_id') || query.get('principal_id') || '',
});

export const namesIdentity = ({ clientId, resourceId, objectId }: Wanted): boolean =>
  clientId !== '' || resourceId !== '' || objectId !== '';

/** What is shown, redacted, of a request's choice. */
export const requestedId = ({ clientId, resourceId, objectId }: Wanted): string => clientId || resourceId || objectId;

const same = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();

/** Whether the identity is the one that is named by everything that was given; ids of Azure have no case. */
export const matches = ({ clientId, resourceId }: Wanted, identity: IdentityRecord): boolean =>
  (clientId === '' || same(clientId, identity.clientId)) && (resourceId === '' || same(resourceId, identity.resourceId));
