import type { Fields } from '../object/types.ts';

/** A definition of `widgets.example.com`; the schema's `spec` is given. */
export const definition = (over: { spec?: Fields; names?: Fields; version?: Fields; metadata?: Fields; schema?: Fields } = {}): Fields => {
  const names = { plural: 'widgets', singular: 'widget', kind: 'Widget', shortNames: ['wd'], ...over.names };
  const group = typeof over.spec?.['group'] === 'string' ? over.spec['group'] : 'example.com';
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${names.plural}.${group}`, ...over.metadata },
    spec: {
      group,
      scope: 'Namespaced',
      versions: [
        {
          name: 'v1',
          served: true,
          storage: true,
          schema: { openAPIV3Schema: { type: 'object', properties: { spec: over.schema ?? widgetSpec, status: anyObject } } },
          ...over.version,
        },
      ],
      ...over.spec,
      names,
    },
  };
};

const anyObject = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };

export const widgetSpec: Fields = {
  type: 'object',
  required: ['size'],
  properties: {
    size: { type: 'integer', minimum: 1, maximum: 10 },
    color: { type: 'string', enum: ['red', 'blue'], default: 'red' },
    code: { type: 'string', pattern: '^[a-z]+$', maxLength: 8 },
    port: { 'x-kubernetes-int-or-string': true },
    tags: { type: 'array', items: { type: 'string' }, 'x-kubernetes-list-type': 'set' },
    note: { type: 'string', nullable: true },
    labels: { type: 'object', additionalProperties: { type: 'string' } },
    free: anyObject,
  },
};

export const widget = (name: string, spec: Fields = { size: 1 }, over: Fields = {}): Fields => ({
  apiVersion: 'example.com/v1',
  kind: 'Widget',
  metadata: { name },
  spec,
  ...over,
});

export const paths = {
  definitions: '/apis/apiextensions.k8s.io/v1/customresourcedefinitions',
  widgets: '/apis/example.com/v1/namespaces/default/widgets',
} as const;
