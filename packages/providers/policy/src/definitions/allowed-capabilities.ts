import { labelSelectorSchema } from './label-selector.ts';
import type { ParameterDefinition, PolicyDefinition } from './types.ts';

const list = (displayName: string, description: string, defaultValue: readonly string[] = []): ParameterDefinition => ({
  type: 'Array',
  displayName,
  description,
  defaultValue,
});

/**
 * "Kubernetes cluster containers should only use allowed capabilities". Names, types, defaults and allowed values are
 * Azure's; the descriptions are ours.
 */
export const allowedCapabilities: PolicyDefinition = {
  name: 'c26596ff-4d70-4e6a-9a30-c2506bd2f80c',
  version: '6.2.0',
  displayName: 'Kubernetes cluster containers should only use allowed capabilities',
  description:
    'Limits the Linux capabilities that the containers of a Kubernetes cluster may add, and names those that they must drop. Pods whose containers ask for more, or keep more, are refused or reported.',
  parameters: {
    source: {
      type: 'String',
      displayName: 'Source',
      description:
        "Whether the policy looks at objects as they are written ('Original'), at those that stand for them ('Generated'), or at both ('All').",
      allowedValues: ['All', 'Generated', 'Original'],
      defaultValue: 'Original',
      refused: { Generated: 'Podpass generates no objects from others, so that the policy would never apply; use Original or All' },
    },
    warn: {
      type: 'Boolean',
      displayName: 'Warn',
      description: 'Whether kubectl shows a warning for an object that is reported.',
      allowedValues: [true, false],
      defaultValue: false,
    },
    effect: {
      type: 'String',
      displayName: 'Effect',
      description: "'Audit' lets an object pass and reports it, 'Deny' refuses it, 'Disabled' turns the policy off.",
      allowedValues: ['audit', 'Audit', 'deny', 'Deny', 'disabled', 'Disabled'],
      defaultValue: 'Audit',
    },
    excludedNamespaces: list(
      'Namespace exclusions',
      'Namespaces that are not looked at. kube-system, gatekeeper-system and azure-arc never are.',
      ['kube-system', 'gatekeeper-system', 'azure-arc', 'azure-extensions-usage-system'],
    ),
    namespaces: list('Namespace inclusions', 'The only namespaces that are looked at; all of them when the list is empty.'),
    labelSelector: {
      type: 'Object',
      displayName: 'Kubernetes label selector',
      description: 'Selects the objects that are looked at by their labels; all of them when it is empty.',
      defaultValue: {},
      schema: labelSelectorSchema,
    },
    allowedCapabilities: list('Allowed capabilities', 'Capabilities that containers may add; none when the list is empty.'),
    requiredDropCapabilities: list('Required drop capabilities', 'Capabilities that every container must drop.'),
    excludedContainers: list('Containers exclusions', 'Names of containers and init containers that are not looked at.'),
    excludedImages: list(
      'Image exclusions',
      'Images whose containers are not looked at. A star at the end stands for any rest; name images in full, so that no other registry is let through.',
    ),
  },
  constraintKind: 'K8sAzureV2ContainerAllowedCapabilities',
  constraintName: 'azurepolicy-k8sazurev2containerallowedcapab',
  template: 'https://store.policy.core.windows.net/kubernetes/container-allowed-capabilities/v3/template.yaml',
  values: ['allowedCapabilities', 'requiredDropCapabilities', 'excludedContainers', 'excludedImages'],
};
