import type { Changes, Directory, User } from '@podpass/directory';
import type { JsonBody } from '../../body.ts';
import { GraphError } from '../../errors.ts';
import { flag, isOwnAnnotation, object, optional, record, sized } from '../../values.ts';

const readers = {
  accountEnabled: flag,
  department: optional(sized({ most: 64 })),
  displayName: sized({ least: 1 }),
  givenName: optional(sized({ most: 64 })),
  jobTitle: optional(sized({ most: 128 })),
  mail: optional(sized({ most: 256 })),
  mailNickname: sized({ least: 1, most: 64 }),
  mobilePhone: optional(sized({ most: 64 })),
  officeLocation: optional(sized({ most: 128 })),
  passwordProfile: object,
  preferredLanguage: optional(sized({ most: 64 })),
  surname: optional(sized({ most: 64 })),
  usageLocation: optional(sized({ least: 2, most: 2 })),
  userPrincipalName: sized({ least: 3, most: 113 }),
};

/** Properties of Graph's user that are not kept here. https://learn.microsoft.com/graph/api/resources/user#properties */
const absent = [
  'aboutMe',
  'ageGroup',
  'birthday',
  'businessPhones',
  'city',
  'companyName',
  'consentProvidedForMinor',
  'country',
  'customSecurityAttributes',
  'employeeHireDate',
  'employeeId',
  'employeeLeaveDateTime',
  'employeeOrgData',
  'employeeType',
  'externalUserState',
  'faxNumber',
  'hireDate',
  'identities',
  'interests',
  'isResourceAccount',
  'mySite',
  'onPremisesExtensionAttributes',
  'onPremisesImmutableId',
  'otherMails',
  'passwordPolicies',
  'pastProjects',
  'postalCode',
  'preferredDataLocation',
  'preferredName',
  'responsibilities',
  'schools',
  'showInAddressList',
  'skills',
  'state',
  'streetAddress',
];

const user = { resource: 'User', property: '' };

/** What changes nothing: an empty list, and the only type of user there is. */
const isIdle = (name: string, value: unknown): boolean =>
  (name === 'userType' && value === 'Member') || (name === 'businessPhones' && Array.isArray(value) && value.length === 0);

/** Reads a user's properties from a body. */
export const readUser = (body: JsonBody, required: readonly string[] = []) =>
  record(readers, { required, absent, ignored: (name, value) => isOwnAnnotation(name) || isIdle(name, value) })(body, user);

/** Those that only change how a person appears; `undefined` removes one. */
export const profileOf = (read: ReturnType<typeof readUser>): Changes<User, 'passwordHash' | 'signInSessionsValidFromDateTime'> => {
  const { passwordProfile: _, ...profile } = read;
  return profile;
};

export interface PasswordProfile {
  readonly password?: string;
  readonly forceChangePasswordNextSignIn?: boolean;
}

/** https://learn.microsoft.com/graph/api/resources/passwordprofile */
export const readPasswordProfile = (body: JsonBody): PasswordProfile => {
  const withMfa = 'forceChangePasswordNextSignInWithMfa';
  return record(
    { password: sized({ least: 1 }), forceChangePasswordNextSignIn: flag },
    { absent: [withMfa], ignored: (name, value) => isOwnAnnotation(name) || (name === withMfa && value === false) },
  )(body, user);
};

/** https://learn.microsoft.com/entra/identity/hybrid/connect/plan-connect-userprincipalname#upn-format */
const localPart = /^[A-Za-z0-9'._!#^~-]{1,64}$/;

/** Throws the 400 for a user principal name that is malformed or in a domain that the tenant has not verified. */
export const checkPrincipalName = (name: string, directory: Directory, tenantId: string): void => {
  const [local = '', domain = '', ...more] = name.split('@');
  const property = 'userPrincipalName';
  if (more.length > 0 || !localPart.test(local) || local.endsWith('.') || domain === '')
    throw new GraphError('invalidProperty', { property });
  const verified = directory.tenants.find(tenantId)?.domains ?? [];
  if (!verified.includes(domain.toLowerCase())) throw new GraphError('domainNotVerified', { property });
};
