import type { Changes, Directory, User } from '@podpass/directory';
import { boolean, nullable, object, readProperties, text, type JsonBody, type PropertyRules } from '../../body.ts';
import { GraphError } from '../../errors.ts';

const readers = {
  accountEnabled: boolean,
  department: nullable(text({ most: 64 })),
  displayName: text({ least: 1 }),
  givenName: nullable(text({ most: 64 })),
  jobTitle: nullable(text({ most: 128 })),
  mail: nullable(text({ most: 256 })),
  mailNickname: text({ least: 1, most: 64 }),
  mobilePhone: nullable(text({ most: 64 })),
  officeLocation: nullable(text({ most: 128 })),
  passwordProfile: object,
  preferredLanguage: nullable(text({ most: 64 })),
  surname: nullable(text({ most: 64 })),
  usageLocation: nullable(text({ least: 2, most: 2 })),
  userPrincipalName: text({ least: 3, most: 113 }),
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

const userRules: PropertyRules = {
  resource: 'User',
  absent,
  // What changes nothing: an empty list, and the only type of user there is.
  ignored: (name, value) =>
    (name === 'userType' && value === 'Member') || (name === 'businessPhones' && Array.isArray(value) && value.length === 0),
};

/** Reads a user's properties from a body. */
export const readUser = (body: JsonBody, required: readonly string[] = []) => readProperties(body, readers, { ...userRules, required });

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
export const readPasswordProfile = (body: JsonBody): PasswordProfile =>
  readProperties(
    body,
    { password: text({ least: 1, most: 256 }), forceChangePasswordNextSignIn: boolean },
    {
      resource: 'User',
      absent: ['forceChangePasswordNextSignInWithMfa'],
      ignored: (name, value) => name === 'forceChangePasswordNextSignInWithMfa' && value === false,
    },
  );

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
