import type { ErrorRow } from './row.ts';

/**
 * Refusals of applications, service principals, their credentials and grants: code, status and sentence, part of Graph's catalogue.
 * Texts marked "unverified" say what Graph says in substance; the others are as clients report them.
 */
export const applicationErrors = {
  // Unverified.
  valueTooLong: { code: 'Request_BadRequest', status: 400, text: "The length of property '{property}' is more than {limit}." },
  // Unverified.
  tooManyValues: { code: 'Request_BadRequest', status: 400, text: "Property '{property}' has more than {limit} values." },
  // Unverified code.
  duplicateValues: { code: 'Request_BadRequest', status: 400, text: 'Request contains a property with duplicate values.' },
  unverifiedDomain: {
    code: 'HostNameNotOnVerifiedDomain',
    status: 400,
    text: "Values of identifierUris property must use a verified domain of the organization or its subdomain: '{value}'",
  },
  enabledPermission: {
    code: 'CannotDeleteOrUpdateEnabledEntitlement',
    status: 400,
    text: 'Permission (scope or role) cannot be deleted or updated unless disabled first.',
  },
  // Unverified.
  unknownPermissionId: {
    code: 'InvalidValue',
    status: 400,
    text: "Property api.preAuthorizedApplications references the permission '{id}' that the application does not expose.",
  },
  unknownCredential: { code: 'Request_BadRequest', status: 400, text: "No password credential found with keyId '{id}'." },
  credentialUpdate: { code: 'Request_BadRequest', status: 400, text: "Update to existing credential with KeyId '{id}' is not allowed." },
  // Unverified: Graph only says where new secrets come from.
  newPassword: {
    code: 'Request_BadRequest',
    status: 400,
    text: 'New password credentials must be generated with service actions.',
  },
  credentialValue: {
    code: 'Request_BadRequest',
    status: 400,
    text: 'The value for the property "{property}" in one of your credentials is invalid. Acceptable values are {accepted}.',
  },
  // Unverified text.
  keyInvalid: { code: 'KeyCredentialsInvalidKey', status: 400, text: 'Key credential value is invalid. {reason}' },
  keyEndDate: { code: 'KeyCredentialsInvalidEndDate', status: 400, text: 'Key credential end date is invalid.' },
  keyStartDate: { code: 'KeyCredentialsInvalidStartDate', status: 400, text: 'Key credential start date is invalid.' },
  // Unverified.
  passwordEndDate: { code: 'PasswordCredentialsInvalidEndDate', status: 400, text: 'Password credential end date is invalid.' },
  noBackingApplication: {
    code: 'NoBackingApplicationObject',
    status: 400,
    text: "The appId '{appId}' of the service principal does not reference a valid application object.",
  },
  servicePrincipalExists: {
    code: 'Request_MultipleObjectsWithSameKeyValue',
    status: 409,
    text: 'The service principal cannot be created, updated, or restored because the service principal name {name} is already in use.',
  },
  // Unverified: Graph answers 403 with the general sentence when a managed identity's principal is changed.
  managedIdentity: { code: 'Authorization_RequestDenied', status: 403, text: 'Insufficient privileges to complete the operation.' },
  // Unverified: Microsoft's own principals take no credentials from a tenant.
  firstPartyPrincipal: { code: 'Authorization_RequestDenied', status: 403, text: 'Insufficient privileges to complete the operation.' },
  federatedNameTaken: {
    code: 'Request_MultipleObjectsWithSameKeyValue',
    status: 409,
    text: 'FederatedIdentityCredential with name {name} already exists.',
  },
  federatedPairTaken: {
    code: 'InvalidFederatedIdentityCredentialValue',
    status: 400,
    text: 'The combination of issuer and subject must be unique for the application. Issuer {issuer} and Subject: {subject} already exist. paramName: FederatedIdentityCredential.Subject, paramValue: {subject}, objectType: Microsoft.Online.DirectoryServices.Application',
  },
  // The sentences of the further rules are unverified; the code is that of the row before.
  federatedValue: {
    code: 'InvalidFederatedIdentityCredentialValue',
    status: 400,
    text: '{rule} paramName: FederatedIdentityCredential.{property}, objectType: Microsoft.Online.DirectoryServices.Application',
  },
  // Unverified.
  federatedTooMany: {
    code: 'Directory_QuotaExceeded',
    status: 400,
    text: 'The application has reached the limit of {limit} federated identity credentials.',
  },
  // Unverified: concurrent writes to one application.
  concurrentWrites: {
    code: 'Directory_ConcurrencyViolation',
    status: 409,
    text: 'The object was changed by another request at the same time. Try the request again.',
  },
  roleAssignmentExists: {
    code: 'Request_BadRequest',
    status: 400,
    text: 'Permission being assigned already exists on the object',
  },
  roleUnknown: {
    code: 'Request_BadRequest',
    status: 400,
    text: "Permission being assigned was not found on application '{resourceId}'.",
  },
  referenceUpdate: { code: 'Request_BadRequest', status: 400, text: 'Not a valid reference update.' },
  grantExists: { code: 'Request_MultipleObjectsWithSameKeyValue', status: 409, text: 'Permission entry already exists.' },
  // Unverified.
  grantPrincipal: {
    code: 'Request_BadRequest',
    status: 400,
    text: "The property 'principalId' must be set when 'consentType' is 'Principal', and only then.",
  },
  ownerType: {
    code: 'Request_BadRequest',
    status: 400,
    text: "The reference target '{target}' of type '{type}' is invalid for the 'owners' reference.",
  },
} as const satisfies Readonly<Record<string, ErrorRow>>;
