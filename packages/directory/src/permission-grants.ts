import { newGuid } from '@podpass/kernel';
import { transactionOf } from '@podpass/store';
import { grantKey } from './deletion.ts';
import type { Directory } from './directory-types.ts';
import { joined } from './keys.ts';
import { grantLimits } from './limits.ts';
import { updateIn, writeBetween } from './objects.ts';
import { resourceOf } from './resources.ts';
import { conflict, invalid, notFound } from './rules/problems.ts';
import type { State } from './state.ts';
import type { PermissionGrant } from './types.ts';

/** Consent to delegated permissions: one grant for each client and resource for all users, and one for each user. */
export const permissionGrantActions = (state: State): Directory['permissionGrants'] => {
  const { grants, servicePrincipals, store } = state;
  const byId = (tenantId: string, id: string) => grants.byId(joined(tenantId, id))[0];
  return {
    byId,
    list: (tenantId) => grants.byTenant(tenantId.toLowerCase()),
    ofClient: (tenantId, clientId) => grants.byClient(joined(tenantId, clientId)),
    create: (wanted) => createGrant(state, wanted),
    async update(tenantId, id, scope) {
      const present = byId(tenantId, id);
      if (!present) throw notFound('id', `There is no permission grant ${id} in the tenant.`);
      const scopes = normalized(scope);
      return updateIn(state, grants, { id: grantKey(present) }, (grant) => ({ value: { ...grant, scope: scopes } }));
    },
    async delete(tenantId, id) {
      const present = byId(tenantId, id);
      if (!present) return false;
      return (await store.txn(transactionOf([grants.written.deleteOperation(grantKey(present))]))).events.length > 0;
    },
    granted(tenantId, { clientId, resourceId, userId }) {
      const given = [undefined, userId].flatMap(
        (principalId) => grants.read.get(grantKey({ tenantId, clientId, resourceId, principalId })) ?? [],
      );
      const resource = servicePrincipals.read.get(joined(tenantId, resourceId));
      if (given.length === 0 || !resource) return new Set();
      // What the resource has withdrawn meanwhile, or never had, is worth nothing.
      const exposed = new Set(
        (resourceOf(state, resource)?.permissionScopes ?? []).filter((scope) => scope.isEnabled).map(({ value }) => value),
      );
      return new Set(given.flatMap(({ scope }) => scope.split(' ')).filter((value) => exposed.has(value)));
    },
  };
};

const createGrant = async (state: State, wanted: Omit<PermissionGrant, 'id'>): Promise<PermissionGrant> => {
  const { grants, servicePrincipals, users } = state;
  const { tenantId, consentType } = wanted;
  const client = servicePrincipals.read.get(joined(tenantId, wanted.clientId));
  if (!client) throw notFound('clientId', `There is no service principal ${wanted.clientId} in the tenant.`);
  const resource = servicePrincipals.read.get(joined(tenantId, wanted.resourceId));
  if (!resource) throw notFound('resourceId', `There is no service principal ${wanted.resourceId} in the tenant.`);
  if (consentType !== 'AllPrincipals' && consentType !== 'Principal')
    throw invalid('consentType', 'The consent type is not among those allowed.');
  if ((consentType === 'Principal') !== (wanted.principalId !== undefined)) {
    throw invalid('principalId', 'A principal is named for the consent type Principal, and only for that.');
  }
  const user = wanted.principalId === undefined ? undefined : users.read.get(joined(tenantId, wanted.principalId));
  if (wanted.principalId !== undefined && !user) throw notFound('principalId', `There is no user ${wanted.principalId} in the tenant.`);
  const grant: PermissionGrant = {
    id: newGuid(),
    tenantId: client.tenantId,
    clientId: client.id,
    consentType,
    ...(user ? { principalId: user.id } : {}),
    resourceId: resource.id,
    scope: normalized(wanted.scope),
  };
  const id = grantKey(grant);
  const key = grants.written.key(id);
  const ids = [...new Set([client.id, resource.id, ...(user ? [user.id] : [])])];
  await writeBetween(state, { tenantId: client.tenantId, ids, also: [key] }, (exists) => {
    if (exists(key)) throw conflict('clientId', 'Permission entry already exists.', 'Request_MultipleObjectsWithSameKeyValue');
    return [grants.written.putOperation(id, grant)];
  });
  return grant;
};

/** Scope values, each once, separated by single blanks. Throws KernelError `invalid` for none and for too many. */
const normalized = (scope: string): string => {
  const values = [...new Set(scope.split(/\s+/).filter((value) => value !== ''))];
  const text = values.join(' ');
  if (text === '' || text.length > grantLimits.scope || !/^[\x20\x21\x23-\x5b\x5d-\x7e]+$/.test(text)) {
    throw invalid('scope', 'The scopes are empty, too long or malformed.');
  }
  return text;
};
