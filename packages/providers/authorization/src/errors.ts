import { defineErrors, type ErrorRow } from '@podpass/arm';

/**
 * The provider's own errors, in the service's words where clients or people look for them
 * (https://learn.microsoft.com/azure/role-based-access-control/troubleshooting and public issues).
 */
export const authorizationErrors = {
  PrincipalNotFound: {
    status: 400,
    message:
      'Principal {principal} does not exist in the directory {tenant}. Check that you have the correct principal ID. If you are creating this principal and then immediately assigning a role, this error might be related to a replication delay. In this case, set the role assignment principalType property to a value, such as ServicePrincipal, User, or Group.  See https://aka.ms/docs-principaltype',
  },
  UnmatchedPrincipalType: {
    status: 400,
    message: "The PrincipalId '{principal}' has type '{actual}' , which is different from specified PrinciaplType '{given}'.",
  },
  InvalidPrincipalId: { status: 400, message: "The principal ID '{principal}' is not valid. Principal ID must be a GUID." },
  RoleDefinitionDoesNotExist: { status: 404, message: "The specified role definition with ID '{role}' does not exist." },
  InvalidRoleDefinitionId: { status: 400, message: "The role definition ID '{role}' is not valid." },
  RoleAssignmentExists: {
    status: 409,
    message: 'The role assignment already exists. The ID of the conflicting role assignment is {assignment}.',
  },
  RoleAssignmentUpdateNotPermitted: {
    status: 409,
    message: 'Tenant ID, application ID, principal ID, and scope are not allowed to be updated.',
  },
  InvalidRoleAssignmentId: {
    status: 400,
    message: "The role assignment ID '{assignment}' is not valid. The role assignment ID must be a GUID.",
  },
  InvalidRoleAssignmentScope: { status: 400, message: "The scope '{scope}' of the role assignment is not valid." },
  ManagementGroupNotFound: { status: 404, message: "The management group '{group}' cannot be found." },
  RoleAssignmentLimitExceeded: {
    status: 400,
    message: 'No more role assignments can be created: the limit of {limit} role assignments in a subscription is reached.',
  },
  RoleAssignmentNotFound: { status: 404, message: "The role assignment '{assignment}' is not found." },
  ConditionNotSupported: {
    status: 400,
    code: 'BadRequestFormat',
    message:
      'Conditions on role assignments are not supported: Podpass does not evaluate attribute conditions, and an assignment whose condition is ignored would grant too much. Leave condition and conditionVersion out.',
  },
  DelegationNotSupported: {
    status: 400,
    code: 'BadRequestFormat',
    message: 'delegatedManagedIdentityResourceId is not supported: principals of other tenants cannot be assigned roles here.',
  },
  CustomRoleNotSupported: {
    status: 400,
    code: 'CustomRolesNotSupported',
    message:
      "Custom roles are not supported: Podpass has Azure's built-in roles. Choose one of those that `az role definition list` shows.",
  },
  UnsupportedFilter: {
    status: 400,
    code: 'BadRequestFormat',
    message: "The filter '{filter}' is not supported. {supported}",
  },
} as const satisfies Readonly<Record<string, ErrorRow>>;

export const fail = defineErrors(authorizationErrors);
