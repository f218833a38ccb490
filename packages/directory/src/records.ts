import { createHash } from 'node:crypto';
import { createTextPool } from '@podpass/kernel';
import type { Application, FederatedCredential, ServicePrincipal, ServicePrincipalType, Tenant, User } from './types.ts';

/**
 * Completes records as earlier versions wrote them. All reading of stored objects goes through here, so that the rest of the package
 * knows the present form only; a record takes the present form in the store with its next write.
 */

/** A record that may lack what came later. */
type Stored<T, Later extends keyof T> = Omit<T, Later> & Partial<Pick<T, Later>>;

/** Tenants, issuers, audiences and the like: few, and in every record. */
const shared = createTextPool() as <T extends string>(text: T) => T;
/** The copy that code compares with: equal texts of one place are compared at a glance. */
shared<ServicePrincipalType>('ManagedIdentity');

/** When an old tenant was created was not recorded: the epoch stands for "unknown". */
const unknownTime = new Date(0).toISOString();

/** Adds what the first version (`0.1`) did not know. */
export const tenant = (json: unknown): Tenant => ({ createdDateTime: unknownTime, ...(json as Stored<Tenant, 'createdDateTime'>) });

export const user = (json: unknown): User => {
  const stored = json as Stored<User, 'forceChangePasswordNextSignIn' | 'signInSessionsValidFromDateTime'>;
  const added = { forceChangePasswordNextSignIn: false, signInSessionsValidFromDateTime: stored.createdDateTime };
  return { ...added, ...stored, tenantId: shared(stored.tenantId) };
};

/** What an application holds that nobody said anything about, as in Entra. */
export const applicationDefaults = {
  signInAudience: 'AzureADMyOrg',
  secrets: [],
  certificates: [],
  identifierUris: [],
  redirectUris: { web: [], spa: [], publicClient: [] },
  isFallbackPublicClient: false,
  requestedAccessTokenVersion: null,
  appRoles: [],
  permissionScopes: [],
  preAuthorizedApplications: [],
  requiredResourceAccess: [],
  groupMembershipClaims: null,
  enableIdTokenIssuance: false,
  enableAccessTokenIssuance: false,
  tags: [],
} as const satisfies Partial<Application>;

/** Old applications were given access tokens of version 2, whoever asked; they keep them. */
const oldApplicationDefaults = { ...applicationDefaults, requestedAccessTokenVersion: 2 } as const;

export const application = (json: unknown): Application => ({
  ...oldApplicationDefaults,
  ...(json as Stored<Application, keyof typeof applicationDefaults>),
});

export const servicePrincipal = (json: unknown): ServicePrincipal => {
  const stored = json as Stored<ServicePrincipal, 'appRoleAssignmentRequired' | 'secrets' | 'certificates' | 'tags'>;
  const home = stored.servicePrincipalType === 'Application' ? { appOwnerOrganizationId: stored.tenantId } : {};
  const added = { ...home, appRoleAssignmentRequired: false, secrets: [], certificates: [], tags: [] };
  const often = { tenantId: shared(stored.tenantId), servicePrincipalType: shared(stored.servicePrincipalType) };
  return { ...added, ...stored, ...often };
};

export const federatedCredential = (json: unknown): FederatedCredential => {
  const stored = json as Stored<FederatedCredential, 'id' | 'modifiedDateTime'>;
  const { tenantId, issuer, audiences } = stored;
  const often = { tenantId: shared(tenantId), issuer: shared(issuer), audiences: audiences.map(shared) };
  return { modifiedDateTime: stored.createdDateTime, ...stored, id: stored.id ?? fixedId(stored), ...often };
};

/** An id that every reader of an old record arrives at (RFC 9562, 5.8: a name-based GUID of our own making). */
const fixedId = ({ tenantId, principalId, name }: Pick<FederatedCredential, 'tenantId' | 'principalId' | 'name'>): string => {
  const digest = createHash('sha256').update(['federated-credential', tenantId, principalId, name.toLowerCase()].join('\0')).digest();
  digest[6] = ((digest[6] ?? 0) & 0x0f) | 0x80;
  digest[8] = ((digest[8] ?? 0) & 0x3f) | 0x80;
  return digest
    .toString('hex')
    .slice(0, 32)
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
};
