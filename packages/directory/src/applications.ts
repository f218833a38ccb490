import type { Operation } from '@podpass/store';
import { createApplication } from './application-create.ts';
import { addSecret } from './credentials.ts';
import { deleteObject } from './deletion.ts';
import type { Changes, Directory } from './directory-types.ts';
import { joined } from './keys.ts';
import { defaultSecretDays } from './limits.ts';
import { updateIn } from './objects.ts';
import { uriClaims } from './name-claims.ts';
import { ownNames } from './principal-names.ts';
import { applicationRules, checkApplication } from './rules/application.ts';
import { notFound } from './rules/problems.ts';
import { changeProperties } from './rules/properties.ts';
import type { State } from './state.ts';
import { pageOf } from './table.ts';
import type { Application, ServicePrincipal } from './types.ts';
import { moveClaims } from './writing.ts';

const dayMilliseconds = 86_400_000;

/** Applications. A client id is unique in the platform, an identifier URI in the tenant. */
export const applicationActions = (state: State): Directory['applications'] => {
  const { applications, store, clock } = state;
  const byAppId = (tenantId: string, appId: string) => applications.byAppId(joined(tenantId, appId))[0];
  return {
    byAppId,
    byId: (tenantId, id) => applications.read.get(joined(tenantId, id)),
    anywhere: (appId) => applications.anywhere(appId.toLowerCase())[0],
    list: (tenantId) => applications.byTenant(tenantId.toLowerCase()),
    page: (tenantId, page) => pageOf(store, applications, tenantId, page),
    count: (tenantId) => applications.count(tenantId),
    create: (draft) => createApplication(state, draft, true),
    createOnly: async (draft) => (await createApplication(state, draft, false)).application,
    update: (tenantId, id, changes) => updateApplication(state, joined(tenantId, id), changes),
    async delete(tenantId, id) {
      return applications.read.get(joined(tenantId, id)) ? deleteObject(state, tenantId, id) : false;
    },
    async addSecret(tenantId, appId, { displayName, days = defaultSecretDays.platform, secret } = {}) {
      const application = byAppId(tenantId, appId);
      if (!application) throw notFound('appId', `There is no application ${appId}.`);
      const owner = { tenantId: application.tenantId, kind: 'application', id: application.id } as const;
      const { keyId, secretText } = await addSecret(state, owner, {
        ...(displayName === undefined ? {} : { displayName }),
        ...(secret === undefined ? {} : { secret }),
        endDateTime: new Date(clock.now() + days * dayMilliseconds).toISOString(),
      });
      return { keyId, secretText };
    },
  };
};

const updateApplication = (
  state: State,
  key: string,
  changes: Changes<Application, 'appId' | 'secrets' | 'certificates'>,
): Promise<Application> => {
  const { applications, servicePrincipals, names } = state;
  const known = applications.read.get(key);
  const principal = known && servicePrincipals.byAppId(joined(known.tenantId, known.appId))[0];
  const wanted = known && Array.isArray(changes.identifierUris) ? uriClaims(known.tenantId, changes.identifierUris) : [];
  const also = [
    ...wanted.map(({ name }) => names.key(name)),
    ...(principal ? [servicePrincipals.written.key(joined(principal.tenantId, principal.id))] : []),
  ];
  return updateIn(state, applications, { id: key, also }, (present, exists) => {
    const value = changeProperties(present, changes, applicationRules);
    checkApplication(value, present);
    const from = uriClaims(present.tenantId, present.identifierUris).map(({ name }) => name);
    const to = uriClaims(value.tenantId, value.identifierUris);
    return { value, operations: [...moveClaims(state, exists, { from, to }), ...followingPrincipal(state, present, value)] };
  });
};

/** The service principal in the application's own tenant bears its name and its URIs; names of its own it keeps. */
const followingPrincipal = (state: State, present: Application, next: Application): readonly Operation[] => {
  const { servicePrincipals } = state;
  const principal = servicePrincipals.byAppId(joined(present.tenantId, present.appId))[0];
  const unchanged = present.displayName === next.displayName && present.identifierUris === next.identifierUris;
  if (!principal || unchanged) return [];
  const follower: ServicePrincipal = {
    ...principal,
    displayName: next.displayName,
    servicePrincipalNames: [next.appId, ...next.identifierUris, ...ownNames(state, principal)],
  };
  return [servicePrincipals.written.putOperation(joined(principal.tenantId, principal.id), follower)];
};
