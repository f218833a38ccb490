import { isGuid, isObject } from '@podpass/kernel';
import { applicationLimits } from '../limits.ts';
import { invalid } from './problems.ts';
import { isText, type PropertyRule } from './properties.ts';

/** A scope token (RFC 6749, 3.3), at most 120 characters, not beginning with a dot. */
const valuePattern = /^(?!\.)[\x21\x23-\x5b\x5d-\x7e]+$/;
const isValue = (value: unknown): value is string => isText(value, { max: applicationLimits.permissionValue, pattern: valuePattern });
const isWords = (value: unknown): boolean => isText(value, { max: applicationLimits.permissionText });

type Entry = Readonly<Record<string, unknown>>;

const list = (value: unknown, property: string): readonly Entry[] => {
  if (!Array.isArray(value) || value.length > applicationLimits.entries || !value.every(isObject)) {
    throw invalid(property, `'${property}' is no list of permissions, or too long.`);
  }
  return value;
};

const isRole = ({ value, displayName, description, allowedMemberTypes, isEnabled }: Entry): boolean =>
  (value === null || isValue(value)) &&
  isWords(displayName) &&
  isWords(description) &&
  Array.isArray(allowedMemberTypes) &&
  allowedMemberTypes.length > 0 &&
  allowedMemberTypes.length === new Set(allowedMemberTypes).size &&
  allowedMemberTypes.every((type) => type === 'User' || type === 'Application') &&
  typeof isEnabled === 'boolean';

const isScope = (scope: Entry): boolean =>
  isValue(scope['value']) &&
  (scope['type'] === 'User' || scope['type'] === 'Admin') &&
  isWords(scope['adminConsentDisplayName']) &&
  isWords(scope['adminConsentDescription']) &&
  [scope['userConsentDisplayName'], scope['userConsentDescription']].every((each) => each === undefined || isWords(each)) &&
  typeof scope['isEnabled'] === 'boolean';

/** A list of roles or scopes: each well-formed, ids and values each once. Values are case-sensitive, ids are not. */
const permissions = (property: string, isGood: (entry: Entry) => boolean): PropertyRule => ({
  optional: false,
  check(value) {
    const ids = new Set<string>();
    const values = new Set<string>();
    for (const entry of list(value, property)) {
      const { id, value: name } = entry;
      if (typeof id !== 'string' || !isGuid(id)) throw invalid(property, 'The id of a permission is not a GUID.');
      if (!isGood(entry)) throw invalid(property, 'A property of a permission is missing, too long or malformed.');
      if (ids.has(id.toLowerCase())) throw invalid(property, `The permission id ${id} is given twice.`, 'DuplicateId');
      if (typeof name === 'string' && values.has(name)) throw invalid(property, 'A permission value is given twice.', 'DuplicateValue');
      ids.add(id.toLowerCase());
      if (typeof name === 'string') values.add(name);
    }
  },
});

export const appRoles = permissions('appRoles', isRole);
export const permissionScopes = permissions('api.oauth2PermissionScopes', isScope);

const isGuidText = (value: unknown): value is string => typeof value === 'string' && isGuid(value);

export const preAuthorizedApplications: PropertyRule = {
  optional: false,
  check(value) {
    const property = 'api.preAuthorizedApplications';
    const entries = list(value, property);
    const good = entries.every(
      ({ appId, delegatedPermissionIds }) =>
        isGuidText(appId) &&
        Array.isArray(delegatedPermissionIds) &&
        delegatedPermissionIds.length <= applicationLimits.requiredPermissions &&
        delegatedPermissionIds.every(isGuidText),
    );
    const clients = new Set(entries.map(({ appId }) => String(appId).toLowerCase()));
    if (!good || clients.size !== entries.length || clients.size > applicationLimits.preAuthorized) {
      throw invalid(property, 'The pre-authorized applications are malformed, too many, or one is given twice.');
    }
  },
};

export const requiredResourceAccess: PropertyRule = {
  optional: false,
  check(value, property) {
    const entries = list(value, property);
    let count = 0;
    const good = entries.every(({ resourceAppId, resourceAccess }) => {
      if (!isGuidText(resourceAppId) || !Array.isArray(resourceAccess)) return false;
      count += resourceAccess.length;
      return resourceAccess.every(
        (access) => isObject(access) && isGuidText(access['id']) && (access['type'] === 'Scope' || access['type'] === 'Role'),
      );
    });
    const resources = new Set(entries.map(({ resourceAppId }) => String(resourceAppId).toLowerCase()));
    if (!good || resources.size !== entries.length) throw invalid(property, 'The required resource access is malformed.');
    if (resources.size > applicationLimits.requiredResources || count > applicationLimits.requiredPermissions) {
      throw invalid(property, 'The application requires too many permissions.');
    }
  },
};
