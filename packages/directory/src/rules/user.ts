import { userLimits } from '../limits.ts';
import type { Tenant } from '../types.ts';
import { invalid } from './problems.ts';
import { flag, optional, text, type PropertyRules } from './properties.ts';

/** Letters, digits and the signs that Entra allows before the `@`. */
const principalNamePattern = /^[A-Za-z0-9](?:[A-Za-z0-9'._!#^~-]*[A-Za-z0-9_])?@([A-Za-z0-9.-]+)$/;
const mailPattern = /^[^\s@<>"\\]+@[^\s@<>"\\]+$/;

const name = optional(text(userLimits.name));

/** Properties that can be given when a user is created. */
export const userDetailRules = {
  givenName: name,
  surname: name,
  mail: optional(text(userLimits.principalName, { pattern: mailPattern })),
  mailNickname: optional(text(userLimits.name, { pattern: /^[^\s@]+$/ })),
  jobTitle: optional(text(userLimits.jobTitle)),
  department: name,
  officeLocation: optional(text(userLimits.officeLocation)),
  mobilePhone: name,
  preferredLanguage: optional(text(userLimits.name, { pattern: /^[A-Za-z0-9-]+$/ })),
  // ISO 3166-1 alpha-2.
  usageLocation: optional(text(2, { min: 2, pattern: /^[A-Za-z]{2}$/ })),
} as const satisfies PropertyRules;

export const userRules = {
  ...userDetailRules,
  userPrincipalName: text(userLimits.principalName),
  displayName: text(userLimits.displayName),
  accountEnabled: flag,
  forceChangePasswordNextSignIn: flag,
} as const satisfies PropertyRules;

/** Throws KernelError `invalid` unless it is a user principal name of one of the tenant's domains. */
export const checkPrincipalName = (userPrincipalName: string, { domains }: Tenant): void => {
  const domain = principalNamePattern.exec(userPrincipalName)?.[1];
  if (domain === undefined || userPrincipalName.length > userLimits.principalName) {
    throw invalid('userPrincipalName', `'${userPrincipalName}' is not a user principal name.`);
  }
  if (!domains.includes(domain.toLowerCase())) {
    throw invalid('userPrincipalName', `The domain of '${userPrincipalName}' is not one of the tenant's.`, 'InvalidDomain');
  }
};
