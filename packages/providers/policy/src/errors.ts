import { defineErrors, type ErrorRow } from '@podpass/arm';

/**
 * Azure Policy's own errors. The codes, and the texts of PolicyParameterValueNotAllowed and the two …NotFound, are
 * those of public issues and client tests; the other texts say in our words what those codes mean there.
 */
export const policyErrors = {
  PolicyDefinitionNotFound: { status: 404, message: "The policy definition '{definition}' could not be found." },
  PolicyAssignmentNotFound: { status: 404, message: "The policy assignment '{assignment}' is not found." },
  InvalidPolicyDefinitionReference: {
    status: 400,
    message: "The policy assignment '{assignment}' refers to '{definition}', which is not the ID of a policy definition.",
  },
  InvalidPolicyAssignmentName: {
    status: 400,
    message:
      "The policy assignment name '{assignment}' is not valid: it must have at most {limit} characters, none of them one of # < > % & \\ ? / and must not end with a period or a space.",
  },
  UndefinedPolicyParameter: {
    status: 400,
    message:
      "The policy assignment '{assignment}' gives values to the parameter(s) '{parameters}', which the policy definition '{definition}' does not define.",
  },
  PolicyParameterValueNotAllowed: {
    status: 400,
    message:
      "The value '{value}' is not allowed for policy parameter '{parameter}' in policy definition '{definition}'. The allowed values are '{allowed}'.",
  },
  InvalidPolicyParameters: {
    status: 400,
    message:
      "The value of policy parameter '{parameter}' in policy assignment '{assignment}' is not valid for policy definition '{definition}': {problem}.",
  },
  InvalidPolicyDefinitionVersion: {
    status: 400,
    message: "The version '{version}' of policy definition '{definition}' could not be found. The versions are '{versions}'.",
  },
  PolicyAssignmentLimitExceeded: {
    status: 400,
    message: 'No more policy assignments can be created at this scope: the limit of {limit} is reached.',
  },
  ManagementGroupNotFound: { status: 404, message: "The management group '{group}' cannot be found." },
  InvalidPolicyAssignmentScope: {
    status: 400,
    message: "Policies cannot be assigned at '{scope}': choose a subscription, a resource group or a resource.",
  },
  InitiativeNotSupported: {
    status: 400,
    code: 'PolicySetDefinitionNotSupported',
    message:
      "The policy set definition '{definition}' cannot be assigned: Podpass has no initiatives. Assign the policy definitions one by one.",
  },
  CustomDefinitionNotSupported: {
    status: 400,
    code: 'CustomPolicyDefinitionNotSupported',
    message:
      'Custom policy definitions are not supported: Podpass enforces the built-in ones that `az policy definition list` shows, and a definition that is not enforced would only pretend to protect.',
  },
  UnsupportedFilter: {
    status: 400,
    code: 'InvalidFilterInQueryString',
    message: "The filter '{filter}' is not supported. {supported}",
  },
  UnsupportedUpdate: {
    status: 400,
    code: 'InvalidUpdatePolicyAssignmentRequest',
    message:
      'Only resource selectors, overrides and the identity of a policy assignment can be patched, and Podpass has none of them. Use PUT.',
  },
} as const satisfies Readonly<Record<string, ErrorRow>>;

export const fail = defineErrors(policyErrors);
