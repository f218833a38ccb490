import { KernelError, isGuid, newGuid, randomText } from '@podpass/kernel';
import { hashPassword } from '@podpass/crypto';
import { claims, joined } from './keys.ts';
import { defaultSecretDays, secretAlphabet, secretLength } from './limits.ts';
import { canonicalUri, createClaiming, writeGuarded, type State } from './state.ts';
import type { Application, ApplicationSecret, Directory, ServicePrincipal } from './types.ts';

const dayMilliseconds = 86_400_000;

/** Applications and their client secrets. A client id is unique in the platform. */
export const applicationActions = (state: State): Directory['applications'] => ({
  byAppId: (tenantId, appId) => state.applications.read.get(joined(tenantId, appId)),
  list: (tenantId) => state.applications.byTenant(tenantId.toLowerCase()),
  async create({ tenantId, displayName, appId = newGuid(), identifierUris = [] }) {
    const tenant = state.tenants.read.get(tenantId.toLowerCase());
    if (!tenant) throw new KernelError('not-found', `There is no tenant ${tenantId}.`);
    if (!isGuid(appId)) throw new KernelError('invalid', `'${appId}' is not a client id.`);
    const wrong = identifierUris.find((uri) => !/^(api|https):\/\/[^\s?#]+$/i.test(uri));
    if (wrong !== undefined) throw new KernelError('invalid', `'${wrong}' is not an identifier URI.`);
    const createdDateTime = state.clock.date().toISOString();
    const application: Application = {
      id: newGuid(),
      tenantId: tenant.id,
      appId: appId.toLowerCase(),
      displayName,
      secrets: [],
      identifierUris,
      createdDateTime,
    };
    const servicePrincipal: ServicePrincipal = {
      id: newGuid(),
      tenantId: tenant.id,
      appId: application.appId,
      displayName,
      servicePrincipalType: 'Application',
      servicePrincipalNames: [application.appId, ...identifierUris],
      alternativeNames: [],
      accountEnabled: true,
      createdDateTime,
    };
    await createClaiming(
      state,
      [
        { name: claims.appId(application.appId), taken: `The client id ${application.appId} is taken.` },
        ...identifierUris.map((uri) => ({
          name: claims.identifierUri(tenant.id, canonicalUri(uri)),
          taken: `The identifier URI ${uri} is taken.`,
        })),
      ],
      [
        state.applications.written.putOperation(joined(tenant.id, application.appId), application),
        state.servicePrincipals.written.putOperation(joined(tenant.id, servicePrincipal.id), servicePrincipal),
      ],
    );
    return { application, servicePrincipal };
  },
  async addSecret(tenantId, appId, { displayName, days = defaultSecretDays, secret = randomText(secretLength, secretAlphabet) } = {}) {
    const id = joined(tenantId, appId);
    if (!state.applications.read.get(id)) throw new KernelError('not-found', `There is no application ${appId}.`);
    if (secret.length === 0) throw new KernelError('invalid', 'A secret must not be empty.');
    const start = state.clock.now();
    const added: ApplicationSecret = {
      keyId: newGuid(),
      ...(displayName === undefined ? {} : { displayName }),
      hint: secret.slice(0, 3),
      secretHash: await hashPassword(secret),
      startDateTime: new Date(start).toISOString(),
      endDateTime: new Date(start + days * dayMilliseconds).toISOString(),
    };
    const { written, read } = state.applications;
    const done = await writeGuarded(state.store, [written.key(id)], () => {
      const present = read.get(id);
      return present && [written.putOperation(id, { ...present, secrets: [...present.secrets, added] })];
    });
    if (!done) throw new KernelError('not-found', `There is no application ${appId}.`);
    return { keyId: added.keyId, secretText: secret };
  },
});
