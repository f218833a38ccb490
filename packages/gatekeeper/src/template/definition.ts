import { isObject, type JsonObject } from '@podpass/kernel';
import type { Manifest } from '../install/apply.ts';
import { constraintVersions, groups, labels } from '../wire.ts';
import type { Template } from './read.ts';

const text = { type: 'string' };
const texts = { type: 'array', items: text };
const anything = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };

/** A selector keeps fields that it should not have, so that the webhook sees and refuses them. */
const matchSchema: JsonObject = {
  type: 'object',
  properties: {
    kinds: { type: 'array', items: { type: 'object', properties: { apiGroups: texts, kinds: texts } } },
    scope: { type: 'string', enum: ['*', 'Cluster', 'Namespaced'] },
    namespaces: texts,
    excludedNamespaces: texts,
    labelSelector: anything,
    namespaceSelector: anything,
    name: text,
    source: { type: 'string', enum: ['All', 'Generated', 'Original'] },
  },
};

const scopedSchema: JsonObject = {
  type: 'array',
  items: {
    type: 'object',
    properties: { action: text, enforcementPoints: { type: 'array', items: { type: 'object', properties: { name: text } } } },
  },
};

/** With a legacy schema parameters may hold anything: such schemas need not be structural, so they cannot be asked. */
const parametersOf = ({ schema, legacySchema }: Template): JsonObject | undefined => {
  if (legacySchema) return anything;
  return isObject(schema) ? schema : undefined;
};

const constraintSchema = (template: Template): JsonObject => {
  const parameters = parametersOf(template);
  return {
    type: 'object',
    properties: {
      apiVersion: text,
      kind: text,
      metadata: { type: 'object', properties: { name: { type: 'string', maxLength: 63 } } },
      spec: {
        type: 'object',
        properties: {
          enforcementAction: text,
          scopedEnforcementActions: scopedSchema,
          match: matchSchema,
          ...(parameters === undefined ? {} : { parameters }),
        },
      },
      status: anything,
    },
  };
};

export const definitionName = (templateName: string): string => `${templateName}.${groups.constraints}`;

/** The definition of a template's constraint kind. It belongs to the template and goes with it. */
export const constraintDefinition = (template: Template, templateUid: string): Manifest => {
  const { name, kind, shortNames } = template;
  return {
    apiVersion: `${groups.extensions}/v1`,
    kind: 'CustomResourceDefinition',
    metadata: {
      name: definitionName(name),
      labels: { ...labels.constraint },
      ownerReferences: [
        {
          apiVersion: `${groups.templates}/v1`,
          kind: 'ConstraintTemplate',
          name,
          uid: templateUid,
          controller: true,
          blockOwnerDeletion: true,
        },
      ],
    },
    spec: {
      group: groups.constraints,
      scope: 'Cluster',
      names: {
        kind,
        listKind: `${kind}List`,
        plural: name,
        singular: name,
        categories: ['constraint', 'constraints'],
        ...(shortNames.length === 0 ? {} : { shortNames }),
      },
      versions: constraintVersions.map((version, index) => ({
        name: version,
        served: true,
        storage: index === 0,
        schema: { openAPIV3Schema: constraintSchema(template) },
        subresources: { status: {} },
        additionalPrinterColumns: [
          { name: 'enforcement-action', type: 'string', jsonPath: '.spec.enforcementAction', description: 'Type of enforcement action' },
          { name: 'total-violations', type: 'integer', jsonPath: '.status.totalViolations', description: 'Total number of violations' },
        ],
      })),
    },
  };
};
