import { applicationLimits as limits } from '../applications/limits.ts';
import { bindings } from '../applications/reading/references.ts';
import { distinct, flag, guid, listOf, optionalText, readOnly, record, text, unkept, type Reader, type Readers } from '../../values.ts';

/** What a body may change of a service principal. Credentials are read on their own. */
export interface ServicePrincipalBody {
  readonly accountEnabled: boolean;
  readonly appRoleAssignmentRequired: boolean;
  readonly displayName: string;
  readonly notes: string | undefined;
  readonly servicePrincipalNames: readonly string[];
  readonly tags: readonly string[];
  readonly keyCredentials: unknown;
  readonly passwordCredentials: unknown;
}

const same = <T>(value: T): T => value;
const names: Reader<readonly string[]> = (value, place) =>
  distinct(listOf(text(limits.identifierUri), limits.identifierUris)(value, place), (name) => name.toLowerCase());

const kept: Readers<ServicePrincipalBody> = {
  accountEnabled: flag,
  appRoleAssignmentRequired: flag,
  displayName: text(limits.displayName),
  notes: optionalText(limits.notes),
  servicePrincipalNames: names,
  tags: (value, place) => distinct(listOf(text(limits.tag), limits.tags)(value, place), same),
  keyCredentials: same,
  passwordCredentials: same,
};

/** What the application or the service says, and what is not kept. */
const others = {
  id: readOnly,
  appId: readOnly,
  appDisplayName: readOnly,
  appDescription: readOnly,
  appOwnerOrganizationId: readOnly,
  applicationTemplateId: readOnly,
  createdDateTime: readOnly,
  deletedDateTime: readOnly,
  disabledByMicrosoftStatus: readOnly,
  servicePrincipalType: readOnly,
  signInAudience: readOnly,
  addIns: unkept(),
  alternativeNames: unkept(),
  appRoles: unkept(),
  customSecurityAttributes: unkept(),
  description: unkept(),
  homepage: unkept(),
  info: unkept(),
  loginUrl: unkept(),
  logoutUrl: unkept(),
  notificationEmailAddresses: unkept(),
  oauth2PermissionScopes: unkept(),
  preferredSingleSignOnMode: unkept(),
  preferredTokenSigningKeyThumbprint: unkept(),
  replyUrls: unkept(),
  resourceSpecificApplicationPermissions: unkept(),
  samlSingleSignOnSettings: unkept(),
  tokenEncryptionKeyId: unkept(),
  verifiedPublisher: unkept(),
} as const;

/** https://learn.microsoft.com/graph/api/resources/serviceprincipal#properties */
export const servicePrincipalBody: Reader<Partial<ServicePrincipalBody>> = record<ServicePrincipalBody>({ ...kept, ...others });

interface NewServicePrincipalBody {
  readonly appId: string;
  readonly accountEnabled: boolean;
  readonly appRoleAssignmentRequired: boolean;
  readonly notes: string | undefined;
  readonly tags: readonly string[];
  readonly keyCredentials: unknown;
  /** Object ids of the first owners. */
  readonly 'owners@odata.bind': readonly string[];
}

const { accountEnabled, appRoleAssignmentRequired, notes, tags, keyCredentials } = kept;

/** What else is accepted with nothing in it. */
const otherNew = {
  ...others,
  displayName: unkept(),
  servicePrincipalNames: unkept(),
  passwordCredentials: unkept(),
  servicePrincipalType: (value, place) => (value === 'Application' ? undefined : readOnly(value, place)),
} satisfies Record<string, Reader<unknown>>;

/** For a new one: names come from the application, and secrets from `addPassword`. */
export const newServicePrincipalBody: Reader<Partial<NewServicePrincipalBody>> = record<NewServicePrincipalBody>({
  ...otherNew,
  appId: guid,
  accountEnabled,
  appRoleAssignmentRequired,
  notes,
  tags,
  keyCredentials,
  'owners@odata.bind': bindings,
});
