import type { AppRole, PermissionScope } from '@podpass/directory';
import { applicationLimits as limits } from '../limits.ts';
import {
  choice,
  demanded,
  distinct,
  flag,
  guid,
  invalid,
  listOf,
  optionalText,
  record,
  text,
  type Place,
  type Reader,
  type Readers,
} from '../../../values.ts';

/** Characters of `value`: those of a scope token (RFC 6749, 3.3), not beginning with a dot. */
const valuePattern = /^(?!\.)[\w!#$%&'()*+,\-./:;=?@[\]^{|}~]+$/;

const permissionValue: Reader<string> = (value, place) => {
  const read = text(limits.permissionValue)(value, place);
  if (!valuePattern.test(read)) throw invalid(place);
  return read;
};

const ofMember =
  (place: Place) =>
  (member: string): Place => ({ ...place, property: `${place.property}/${member}` });

interface RoleBody {
  readonly id: string;
  readonly value: string | null;
  readonly displayName: string;
  readonly description: string;
  readonly allowedMemberTypes: AppRole['allowedMemberTypes'];
  readonly isEnabled: boolean;
  readonly origin: string | null;
}

const roleBody: Readers<RoleBody> = {
  id: guid,
  value: (value, place) => (value === null || value === '' ? null : permissionValue(value, place)),
  displayName: text(limits.permissionName),
  description: text(limits.permissionText),
  allowedMemberTypes: (value, place) => {
    const types = distinct(listOf(choice('User', 'Application'), 2)(value, place), (type) => type);
    if (types.length === 0) throw invalid(place);
    return types;
  },
  isEnabled: flag,
  origin: choice('Application', null),
};

/** https://learn.microsoft.com/graph/api/resources/approle */
export const appRole: Reader<AppRole> = (value, place) => {
  const at = ofMember(place);
  const body = record(roleBody)(value, place);
  return {
    id: demanded(body.id, at('id')),
    value: body.value ?? null,
    displayName: demanded(body.displayName, at('displayName')),
    description: demanded(body.description, at('description')),
    allowedMemberTypes: demanded(body.allowedMemberTypes, at('allowedMemberTypes')),
    isEnabled: body.isEnabled ?? true,
  };
};

interface ScopeBody {
  readonly id: string;
  readonly value: string;
  readonly type: PermissionScope['type'];
  readonly adminConsentDisplayName: string;
  readonly adminConsentDescription: string;
  readonly userConsentDisplayName: string | undefined;
  readonly userConsentDescription: string | undefined;
  readonly isEnabled: boolean;
  readonly origin: string | null;
}

const scopeBody: Readers<ScopeBody> = {
  id: guid,
  value: permissionValue,
  type: choice('User', 'Admin'),
  adminConsentDisplayName: text(limits.permissionName),
  adminConsentDescription: text(limits.permissionText),
  userConsentDisplayName: optionalText(limits.permissionName),
  userConsentDescription: optionalText(limits.permissionText),
  isEnabled: flag,
  origin: choice('Application', null),
};

/** https://learn.microsoft.com/graph/api/resources/permissionscope */
export const permissionScope: Reader<PermissionScope> = (value, place) => {
  const at = ofMember(place);
  const body = record(scopeBody)(value, place);
  const { userConsentDisplayName, userConsentDescription } = body;
  return {
    id: demanded(body.id, at('id')),
    value: demanded(body.value, at('value')),
    // Without a type, users may not consent by themselves.
    type: body.type ?? 'Admin',
    adminConsentDisplayName: demanded(body.adminConsentDisplayName, at('adminConsentDisplayName')),
    adminConsentDescription: demanded(body.adminConsentDescription, at('adminConsentDescription')),
    ...(userConsentDisplayName === undefined ? {} : { userConsentDisplayName }),
    ...(userConsentDescription === undefined ? {} : { userConsentDescription }),
    isEnabled: body.isEnabled ?? true,
  };
};
