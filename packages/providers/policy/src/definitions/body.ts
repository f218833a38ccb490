import { definitionId, types } from '../wire.ts';
import type { ParameterDefinition, PolicyDefinition } from './types.ts';

const parameterBody = ({ type, displayName, description, allowedValues, defaultValue, schema }: ParameterDefinition) => ({
  type,
  metadata: { displayName, description },
  ...(allowedValues === undefined ? {} : { allowedValues }),
  defaultValue,
  ...(schema === undefined ? {} : { schema }),
});

const reference = (name: string) => `[parameters('${name}')]`;

/** The wire form of a definition. */
export const definitionBody = (definition: PolicyDefinition) => ({
  properties: {
    displayName: definition.displayName,
    policyType: 'BuiltIn',
    mode: 'Microsoft.Kubernetes.Data',
    description: definition.description,
    metadata: { version: definition.version, category: 'Kubernetes' },
    version: definition.version,
    parameters: Object.fromEntries(Object.entries(definition.parameters).map(([name, parameter]) => [name, parameterBody(parameter)])),
    policyRule: {
      if: { field: 'type', in: ['Microsoft.ContainerService/managedClusters'] },
      then: {
        effect: reference('effect'),
        details: {
          templateInfo: { sourceType: 'PublicURL', url: definition.template },
          apiGroups: [''],
          kinds: ['Pod'],
          excludedNamespaces: reference('excludedNamespaces'),
          namespaces: reference('namespaces'),
          labelSelector: reference('labelSelector'),
          values: Object.fromEntries(definition.values.map((name) => [name, reference(name)])),
        },
      },
    },
    versions: [definition.version],
  },
  id: definitionId(definition.name),
  type: types.definition,
  name: definition.name,
});
