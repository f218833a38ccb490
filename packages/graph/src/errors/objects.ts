import type { ErrorRow } from './row.ts';

/** Directory objects and their properties. Texts as clients report them unless a comment says otherwise. */
export const objectErrors = {
  notFound: {
    code: 'Request_ResourceNotFound',
    status: 404,
    text: "Resource '{id}' does not exist or one of its queried reference-property objects are not present.",
  },
  badIdentifier: { code: 'Request_BadRequest', status: 400, text: "Invalid object identifier '{id}'." },
  taken: {
    code: 'Request_BadRequest',
    status: 400,
    text: 'Another object with the same value for property {property} already exists.',
    detail: 'ObjectConflict',
  },
  required: {
    code: 'Request_BadRequest',
    status: 400,
    text: "A value is required for property '{property}' of resource '{resource}'.",
  },
  invalidValue: {
    code: 'Request_BadRequest',
    status: 400,
    text: "Invalid value specified for property '{property}' of resource '{resource}'.",
    detail: 'InvalidValue',
  },
  unknownBodyProperty: { code: 'Request_BadRequest', status: 400, text: "Invalid property '{property}'." },
  /** The sentence could not be verified. */
  readOnly: {
    code: 'Request_BadRequest',
    status: 400,
    text: "Property '{property}' is read-only and cannot be set.",
  },
  invalidProperty: { code: 'Request_BadRequest', status: 400, text: 'Property {property} is invalid.', detail: 'InvalidValue' },
  passwordRequired: { code: 'Request_BadRequest', status: 400, text: 'A password must be specified to create a new user.' },
  weakPassword: {
    code: 'Request_BadRequest',
    status: 400,
    text: 'The specified password does not comply with password complexity requirements. Please provide a different password.',
    detail: 'InvalidValue',
  },
  wrongPassword: {
    code: 'Request_BadRequest',
    status: 400,
    // Unverified: https://learn.microsoft.com/graph/api/user-changepassword names no text.
    text: 'The specified password does not match your current password.',
  },
  // As the portal reports it.
  domainNotVerified: {
    code: 'Request_BadRequest',
    status: 400,
    text: 'The domain portion of the userPrincipalName property is invalid. You must use one of the verified domain names in your organization.',
    detail: 'InvalidValue',
  },
  /** The sentence is this service's own: Azure would create such a group. */
  groupKind: {
    code: 'Request_BadRequest',
    status: 400,
    text: 'Only security groups are offered: mailEnabled must be false, securityEnabled must be true and groupTypes must be empty.',
  },
  alreadyReferenced: {
    code: 'Request_BadRequest',
    status: 400,
    text: "One or more added object references already exist for the following modified properties: '{property}'.",
  },
  /** The sentence could not be verified. */
  badReference: {
    code: 'Request_BadRequest',
    status: 400,
    text: "The reference target '{target}' is invalid for the '{property}' property.",
  },
  // Unverified.
  badReferenceUrl: { code: 'Request_BadRequest', status: 400, text: "Invalid URL specified for '@odata.id'." },
  // Unverified.
  tooManyReferences: {
    code: 'Request_BadRequest',
    status: 400,
    text: "The number of references in '{property}' exceeds the limit of 20 of one request.",
  },
  lastOwner: {
    code: 'Request_BadRequest',
    status: 400,
    text: 'The group must have at least one owner, hence this owner cannot be removed.',
  },
  // The sentences of the next three are this service's own after Graph's pattern.
  badIds: {
    code: 'Request_BadRequest',
    status: 400,
    text: "Invalid value specified for property 'ids': between 1 and 1000 GUIDs are expected.",
  },
  badGroupIds: {
    code: 'Request_BadRequest',
    status: 400,
    text: "Invalid value specified for property '{property}': between 1 and 20 GUIDs are expected.",
  },
  badTypes: { code: 'Request_BadRequest', status: 400, text: "Invalid value specified for property 'types'." },
  // As clients report it.
  quotaExceeded: {
    code: 'Directory_QuotaExceeded',
    status: 403,
    text: 'The directory object quota limit for the Principal has been exceeded. Please ask your administrator to increase the quota limit or delete objects to reduce the used quota.',
  },
  // Unverified after the colon.
  badBatch: { code: 'BadRequest', status: 400, text: 'Invalid batch payload format: {reason}' },
  /** https://learn.microsoft.com/graph/json-batching#sequencing-requests-with-the-dependson-property */
  failedDependency: { code: 'FailedDependency', status: 424, text: 'A request that this one depends on failed.' },
} as const satisfies Readonly<Record<string, ErrorRow>>;
