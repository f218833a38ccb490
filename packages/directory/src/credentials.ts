import { isGuid, newGuid } from '@podpass/kernel';
import { hashPassword } from '@podpass/crypto';
import type { CredentialOwner, Directory } from './directory-types.ts';
import { firstPartyTenantId } from './first-party/index.ts';
import { joined } from './keys.ts';
import { credentialLimits, defaultSecretDays } from './limits.ts';
import { updateIn } from './objects.ts';
import { invalid } from './rules/problems.ts';
import { isText } from './rules/properties.ts';
import { newSecretText } from './secret-text.ts';
import type { State } from './state.ts';
import type { Application, ClientCertificate, ClientSecret, ServicePrincipal } from './types.ts';

type Credentials = Pick<Application, 'secrets' | 'certificates'>;
type AddSecret = Directory['credentials']['addSecret'];

const dayMilliseconds = 86_400_000;

/** Client secrets and certificates of applications and of service principals. */
export const credentialActions = (state: State): Directory['credentials'] => ({
  addSecret: (owner, options) => addSecret(state, owner, options),
  async removeSecret(owner, keyId) {
    const found = { there: false };
    await change(state, owner, ({ secrets, certificates }) => {
      const kept = secrets.filter((secret) => secret.keyId !== keyId.toLowerCase());
      found.there = kept.length < secrets.length;
      return { secrets: kept, certificates };
    });
    return found.there;
  },
  async setCertificates(owner, certificates) {
    checkCertificates(certificates);
    const own = certificates.map((each) => ({ ...each, keyId: each.keyId.toLowerCase() }));
    await change(state, owner, ({ secrets }) => ({ secrets, certificates: own }));
  },
  async keepSecrets(owner, keyIds) {
    const kept = new Set(keyIds.map((keyId) => keyId.toLowerCase()));
    await change(state, owner, ({ secrets, certificates }) => {
      const known = new Set(secrets.map(({ keyId }) => keyId));
      if ([...kept].some((keyId) => !known.has(keyId))) {
        throw invalid('passwordCredentials', 'Secrets cannot be added or changed this way, only removed.');
      }
      return { secrets: secrets.filter(({ keyId }) => kept.has(keyId)), certificates };
    });
  },
});

/** Adds a secret, of which only the hash is kept. */
export const addSecret = async (state: State, owner: CredentialOwner, options: Parameters<AddSecret>[1] = {}): ReturnType<AddSecret> => {
  const { displayName, secret: secretText = newSecretText() } = options;
  const property = 'passwordCredentials';
  if (!isText(secretText, { max: credentialLimits.secretText })) throw invalid(property, 'A secret must not be empty or too long.');
  if (displayName !== undefined && !isText(displayName, { min: 0, max: credentialLimits.displayName })) {
    throw invalid(property, 'The display name of a secret is too long.');
  }
  const startDateTime = options.startDateTime ?? state.clock.date().toISOString();
  const last = new Date(state.clock.now() + defaultSecretDays.graph * dayMilliseconds).toISOString();
  const times = period(property, startDateTime, options.endDateTime ?? last);
  const shown = { keyId: newGuid(), ...(displayName === undefined ? {} : { displayName }), hint: secretText.slice(0, 3), ...times };
  const added: ClientSecret = { ...shown, secretHash: await hashPassword(secretText) };
  await change(state, owner, ({ secrets, certificates }) => {
    if (secrets.length >= credentialLimits.secrets) throw invalid(property, `There are ${credentialLimits.secrets} secrets already.`);
    return { secrets: [...secrets, added], certificates };
  });
  return { ...shown, secretText };
};

/** Throws KernelError `invalid` unless both are times and the first comes first. */
const period = (property: string, start: string, end: string): { startDateTime: string; endDateTime: string } => {
  const [from, to] = [Date.parse(start), Date.parse(end)];
  if (Number.isNaN(from) || Number.isNaN(to)) throw invalid(property, 'The validity of a credential is not given by times.');
  if (to <= from) throw invalid(property, 'A credential cannot end before it starts.');
  return { startDateTime: new Date(from).toISOString(), endDateTime: new Date(to).toISOString() };
};

const checkCertificates = (certificates: readonly ClientCertificate[]): void => {
  const property = 'keyCredentials';
  if (certificates.length > credentialLimits.certificates) throw invalid(property, 'There are too many certificates.');
  const keyIds = new Set<string>();
  for (const { keyId, x5t, x5tS256, certificate, startDateTime, endDateTime, displayName } of certificates) {
    period(property, startDateTime, endDateTime);
    const wellFormed =
      isGuid(keyId) &&
      /^[\w-]{27}$/.test(x5t) &&
      /^[\w-]{43}$/.test(x5tS256) &&
      isText(certificate, { max: credentialLimits.certificate, pattern: /^[A-Za-z0-9+/]+=*$/ }) &&
      (displayName === undefined || isText(displayName, { min: 0, max: credentialLimits.displayName }));
    if (!wellFormed) throw invalid(property, 'A certificate is malformed or too large.');
    if (keyIds.has(keyId.toLowerCase())) throw invalid(property, `The key id ${keyId} is given twice.`);
    keyIds.add(keyId.toLowerCase());
  }
};

/** Replaces an owner's credentials. */
const change = async (state: State, owner: CredentialOwner, next: (present: Credentials) => Credentials): Promise<void> => {
  const id = joined(owner.tenantId, owner.id);
  if (owner.kind === 'application') {
    await updateIn(state, state.applications, { id }, (present) => ({ value: { ...present, ...next(present) } }));
    return;
  }
  await updateIn(state, state.servicePrincipals, { id }, (present) => {
    refuseForeign(present);
    return { value: { ...present, ...next(present) } };
  });
};

/** Who could add a credential to these would act as Azure itself. */
const refuseForeign = ({ servicePrincipalType, appOwnerOrganizationId }: ServicePrincipal): void => {
  if (servicePrincipalType === 'ManagedIdentity')
    throw invalid('servicePrincipalType', 'A managed identity takes no secrets and certificates.');
  if (appOwnerOrganizationId === firstPartyTenantId) {
    throw invalid('appOwnerOrganizationId', "The service principals of Microsoft's APIs take no secrets and certificates.");
  }
};
