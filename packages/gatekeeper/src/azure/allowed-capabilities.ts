import type { JsonObject } from '@podpass/kernel';

const texts = (description: string): JsonObject => ({ type: 'array', description, items: { type: 'string' } });
const listOf = (parameter: string) => `has(variables.params.${parameter}) ? variables.params.${parameter} : []`;
const containersOf = (field: string, from = 'variables.anyObject') => `has(${from}.spec.${field}) ? ${from}.spec.${field} : []`;
const lower = (list: string) => `${list}.map(item, item.lowerAscii())`;
/** A list as JSON writes it, which is how the policy's message shows it. */
const shown = (list: string) => `"[" + ${list}.map(item, "\\"" + item + "\\"").join(", ") + "]"`;

/**
 * The containers that are looked at. The security context of a container cannot change, so an update is held against
 * the policy only for the ephemeral containers that it adds: older pods can still be labelled, and deleted.
 */
const looked = [
  'variables.isUpdate ?',
  'variables.ephemeral.filter(c, !variables.oldEphemeral.exists(o, o.name == c.name)) :',
  'variables.regular + variables.initial + variables.ephemeral',
].join(' ');

const exempt = [
  'c.name in variables.excludedContainers ||',
  'variables.excludedImages.exists(i, has(c.image) && (i.endsWith("*") ? c.image.startsWith(i.substring(0, i.size() - 1)) : c.image == i))',
].join(' ');

const capabilities = (field: 'add' | 'drop') => lower(`c.?securityContext.?capabilities.?${field}.orValue([])`);

/** The CEL source of the policy, in our own words. */
const source: JsonObject = {
  failurePolicy: 'Fail',
  variables: [
    { name: 'isUpdate', expression: 'has(request.operation) && request.operation == "UPDATE"' },
    { name: 'regular', expression: containersOf('containers') },
    { name: 'initial', expression: containersOf('initContainers') },
    { name: 'ephemeral', expression: containersOf('ephemeralContainers') },
    { name: 'oldEphemeral', expression: `variables.isUpdate ? (${containersOf('ephemeralContainers', 'oldObject')}) : []` },
    { name: 'excludedContainers', expression: listOf('excludedContainers') },
    { name: 'excludedImages', expression: listOf('excludedImages') },
    { name: 'looked', expression: looked },
    { name: 'containers', expression: `variables.looked.filter(c, !(${exempt}))` },
    { name: 'allowed', expression: listOf('allowedCapabilities') },
    { name: 'allowedLower', expression: lower('variables.allowed') },
    { name: 'required', expression: listOf('requiredDropCapabilities') },
    { name: 'requiredLower', expression: lower('variables.required') },
    {
      name: 'adding',
      expression: `"*" in variables.allowedLower ? [] : variables.containers.filter(c, ${capabilities('add')}.exists(a, !(a in variables.allowedLower)))`,
    },
    {
      name: 'keeping',
      expression: `variables.containers.filter(c, cel.bind(dropped, ${capabilities('drop')}, !("all" in dropped) && variables.requiredLower.exists(r, !(r in dropped))))`,
    },
  ],
  validations: [
    {
      expression: 'variables.adding.size() == 0',
      messageExpression: `variables.adding.map(c, "container <" + c.name + "> has a disallowed capability. Allowed capabilities are " + ${shown('variables.allowed')}).join("\\n")`,
    },
    {
      expression: 'variables.keeping.size() == 0',
      messageExpression: `variables.keeping.map(c, "container <" + c.name + "> is not dropping all required capabilities. Container must drop all of " + ${shown('variables.required')} + " or \\"ALL\\"").join("\\n")`,
    },
  ],
};

/** Kind of the constraints of "Kubernetes cluster containers should only use allowed capabilities". */
export const allowedCapabilitiesKind = 'K8sAzureV2ContainerAllowedCapabilities';

export const allowedCapabilitiesSpec: JsonObject = {
  crd: {
    spec: {
      names: { kind: allowedCapabilitiesKind },
      validation: {
        legacySchema: false,
        openAPIV3Schema: {
          type: 'object',
          properties: {
            excludedContainers: texts('Names of containers that are not looked at.'),
            excludedImages: texts('Images whose containers are not looked at; a star at the end stands for any rest.'),
            allowedCapabilities: texts('Capabilities that containers may add; a star for all of them.'),
            requiredDropCapabilities: texts('Capabilities that containers must drop.'),
          },
        },
      },
    },
  },
  targets: [{ target: 'admission.k8s.gatekeeper.sh', code: [{ engine: 'K8sNativeValidation', source }] }],
};
