import { defineErrors, type ErrorRow } from './fault.ts';

/**
 * The resource manager's own errors: code → status → message. Texts that clients or scripts look at are Azure's
 * (https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/common-deployment-errors and public
 * issues); those that Azure words differently from version to version say the same in our own words.
 */
export const armErrors = {
  AuthenticationFailed: { status: 401, message: "Authentication failed. The 'Authorization' header is missing." },
  AuthenticationMalformed: {
    status: 401,
    code: 'AuthenticationFailed',
    message: "Authentication failed. The 'Authorization' header is provided in an invalid format.",
  },
  InvalidAuthenticationToken: { status: 401, message: 'The access token is invalid.' },
  InvalidAuthenticationTokenAudience: {
    status: 401,
    message:
      "The access token has been obtained for wrong audience or resource '{audience}'. It should exactly match with one of the allowed audiences {allowed}.",
  },
  ExpiredAuthenticationToken: {
    status: 401,
    message: "The access token expiry UTC time '{expiry}' is earlier than current UTC time '{now}'.",
  },
  NotYetValidAuthenticationToken: {
    status: 401,
    code: 'InvalidAuthenticationToken',
    message: 'The access token is not yet valid.',
  },
  WrongIssuer: {
    status: 401,
    code: 'InvalidAuthenticationToken',
    message: "The access token is from the issuer '{issuer}', which is not trusted here.",
  },
  InvalidAuthenticationTokenTenant: {
    status: 401,
    message:
      "The access token is from the wrong issuer '{issuer}'. It must match the tenant 'https://sts.windows.net/{tenant}/' associated with this subscription. Please use the authority (URL) '{login}/{tenant}' to get the token.",
  },
  AuthorizationFailed: {
    status: 403,
    message:
      "The client '{label}' with object id '{objectId}' does not have authorization to perform action '{action}' over scope '{scope}' or the scope is invalid. If access was recently granted, please refresh your credentials.",
  },
  LinkedAuthorizationFailed: {
    status: 403,
    message:
      "The client '{label}' with object id '{objectId}' has permission to perform action '{action}' on scope '{scope}'; however, it does not have permission to perform action(s) '{linkedAction}' on the linked scope(s) '{linkedScope}' (respectively) or the linked scope(s) are invalid.",
  },
  MissingApiVersionParameter: {
    status: 400,
    message: 'The api-version query parameter (?api-version=) is required for all requests.',
  },
  InvalidApiVersionParameter: {
    status: 400,
    message: "The api-version '{version}' is invalid. The supported versions are '{supported}'.",
  },
  NoRegisteredProviderFound: {
    status: 400,
    message:
      "No registered resource provider found for API version '{version}' for type '{type}'. The supported api-versions are '{supported}'.",
  },
  InvalidSubscriptionId: { status: 400, message: "The provided subscription identifier '{subscription}' is malformed or invalid." },
  SubscriptionNotFound: { status: 404, message: "The subscription '{subscription}' could not be found." },
  ResourceGroupNotFound: { status: 404, message: "Resource group '{group}' could not be found." },
  ResourceGroupBeingDeleted: {
    status: 409,
    message: "The resource group '{group}' is in deprovisioning state and cannot perform this operation.",
  },
  ResourceNotFound: {
    status: 404,
    message:
      "The Resource '{type}/{name}' under resource group '{group}' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix",
  },
  ParentResourceNotFound: {
    status: 404,
    message: "Failed to perform '{verb}' on resource(s) of type '{type}', because the parent resource '{parent}' could not be found.",
  },
  OperationNotFound: { status: 404, code: 'NotFound', message: "The operation '{operation}' could not be found." },
  InvalidResourceNamespace: { status: 404, message: "The resource namespace '{namespace}' is invalid." },
  InvalidResourceType: {
    status: 404,
    message: "The resource type '{type}' could not be found in the namespace '{namespace}' for api version '{version}'.",
  },
  MissingSubscription: {
    status: 404,
    message: 'The request did not have a subscription or a valid tenant level resource provider.',
  },
  InvalidRequestUri: { status: 400, message: 'The request URI is not valid: {problem}.' },
  MethodNotAllowed: { status: 405, message: "The requested resource does not support http method '{method}'." },
  MissingSubscriptionRegistration: {
    status: 409,
    message:
      "The subscription is not registered to use namespace '{namespace}'. See https://aka.ms/rps-not-found for how to register subscriptions.",
  },
  InvalidRequestContent: { status: 400, message: 'The request content was invalid and could not be deserialized: {problem}.' },
  InvalidFilterInQueryString: { status: 400, message: "Invalid $filter '{filter}' specified in the query string. {supported}" },
  LocationRequired: { status: 400, message: 'The location property is required for this definition.' },
  LocationNotAvailableForResourceType: {
    status: 400,
    message:
      "The provided location '{location}' is not available for resource type '{type}'. List of available regions for the resource type is '{regions}'.",
  },
  LocationNotAvailableForResourceGroup: {
    status: 400,
    message: "The provided location '{location}' is not available for resource group. List of available regions is '{regions}'.",
  },
  InvalidResourceLocation: {
    status: 409,
    message:
      "The resource '{name}' already exists in location '{present}' in resource group '{group}'. A resource with the same name cannot be created in location '{wanted}'. Please select a new resource name.",
  },
  PreconditionFailed: { status: 412, message: "The resource '{id}' has been changed since the given etag was read." },
  Conflict: { status: 409, message: 'Another request changed the resource at the same time. Read it again, then repeat the request.' },
  RequestTooLarge: { status: 413, code: 'RequestContentTooLarge', message: 'The request content is too large: {problem}.' },
  RequestHeadersTooLarge: { status: 431, message: 'The request headers are too large.' },
  RequestTimeout: { status: 408, message: 'The request was not complete in time.' },
  InternalServerError: {
    status: 500,
    message: "Encountered internal server error. Diagnostic information: request '{request}'.",
  },
} as const satisfies Readonly<Record<string, ErrorRow>>;

/** Makes one of the resource manager's own errors. */
export const fail = defineErrors(armErrors);
