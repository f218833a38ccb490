import type { ServicePrincipal, User } from '@podpass/directory';
import { GraphError } from './errors.ts';
import { queryLimit } from './wire.ts';

export type Entity = Readonly<Record<string, unknown>>;

/** How a kind of object appears on the wire. Only what is listed here ever leaves: no hash, no secret. */
export interface EntityKind<T> {
  /** Name of the type and of its collection. */
  readonly type: 'user' | 'servicePrincipal';
  readonly set: 'users' | 'servicePrincipals';
  /** What is sent unless asked otherwise, in Graph's order. */
  readonly standard: (value: T) => Entity;
  /** What is sent only when selected. */
  readonly further: (value: T) => Entity;
}

/** https://learn.microsoft.com/graph/api/resources/user */
export const userKind: EntityKind<User> = {
  type: 'user',
  set: 'users',
  standard: (user) => ({
    businessPhones: [],
    displayName: user.displayName,
    givenName: user.givenName ?? null,
    jobTitle: null,
    mail: user.mail ?? null,
    mobilePhone: null,
    officeLocation: null,
    preferredLanguage: null,
    surname: user.surname ?? null,
    userPrincipalName: user.userPrincipalName,
    id: user.id,
  }),
  further: (user) => ({ accountEnabled: user.accountEnabled, createdDateTime: user.createdDateTime, userType: 'Member' }),
};

/** https://learn.microsoft.com/graph/api/resources/serviceprincipal */
export const servicePrincipalKind: EntityKind<ServicePrincipal> = {
  type: 'servicePrincipal',
  set: 'servicePrincipals',
  standard: (principal) => ({
    id: principal.id,
    deletedDateTime: null,
    accountEnabled: principal.accountEnabled,
    alternativeNames: principal.alternativeNames,
    appDisplayName: principal.servicePrincipalType === 'Application' ? principal.displayName : null,
    appDescription: null,
    appId: principal.appId,
    applicationTemplateId: null,
    appOwnerOrganizationId: principal.servicePrincipalType === 'Application' ? principal.tenantId : null,
    appRoleAssignmentRequired: false,
    createdDateTime: principal.createdDateTime,
    description: null,
    disabledByMicrosoftStatus: null,
    displayName: principal.displayName,
    homepage: null,
    loginUrl: null,
    logoutUrl: null,
    notes: null,
    notificationEmailAddresses: [],
    preferredSingleSignOnMode: null,
    replyUrls: [],
    servicePrincipalNames: principal.servicePrincipalNames,
    servicePrincipalType: principal.servicePrincipalType,
    signInAudience: null,
    tags: [],
    tokenEncryptionKeyId: null,
    addIns: [],
    appRoles: [],
    keyCredentials: [],
    oauth2PermissionScopes: [],
    passwordCredentials: [],
    resourceSpecificApplicationPermissions: [],
    verifiedPublisher: { displayName: null, verifiedPublisherId: null, addedDateTime: null },
  }),
  further: () => ({}),
};

/** Properties of a `$select`; undefined when everything usual is wanted. */
export type Selection = readonly string[] | undefined;

/** Reads `$select`. Names are checked against the type when an entity is written, or here for an empty answer. */
export const parseSelection = (select: string | null): Selection => {
  if (select === null) return undefined;
  const names = select.split(',').map((name) => name.trim());
  if (select.length > queryLimit || names.some((name) => name === '')) throw new GraphError('badOption', { option: '$select' });
  return names;
};

/** Writes an entity, with the selected properties or the usual ones. Throws a 400 that names a property that the type does not have. */
export const entity = <T>(kind: EntityKind<T>, value: T, selection: Selection): Entity => {
  const standard = kind.standard(value);
  if (selection === undefined || selection.includes('*')) return standard;
  const all = { ...standard, ...kind.further(value) };
  return Object.fromEntries(
    selection.map((wanted) => {
      const found = Object.entries(all).find(([name]) => name.toLowerCase() === wanted.toLowerCase());
      if (!found) throw new GraphError('unknownProperty', { property: wanted, type: kind.type });
      return found;
    }),
  );
};

/** `@odata.context` of an answer: https://learn.microsoft.com/odata/concepts/context */
export const contextUrl = (
  authority: string,
  set: string,
  options: { readonly selection?: Selection; readonly single?: boolean } = {},
): string =>
  `https://${authority}/v1.0/$metadata#${set}${options.selection === undefined ? '' : `(${options.selection.join(',')})`}${options.single ? '/$entity' : ''}`;
