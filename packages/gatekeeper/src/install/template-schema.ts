import type { JsonObject } from '@podpass/kernel';

const text = { type: 'string' };
const texts = { type: 'array', items: text };
const anything = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
const object = (properties: JsonObject): JsonObject => ({ type: 'object', properties });

const errors = { type: 'array', items: { ...object({ code: text, message: text, location: text }), required: ['code', 'message'] } };
const pod = object({ id: text, templateUID: text, observedGeneration: { type: 'integer', format: 'int64' }, operations: texts, errors });

/**
 * Schema of a ConstraintTemplate. Versions differ only in whether parameters are taken without a check of unknown
 * fields when the template does not say so.
 */
export const templateSchema = (legacy: boolean): JsonObject =>
  object({
    apiVersion: text,
    kind: text,
    metadata: { type: 'object' },
    spec: object({
      crd: object({
        spec: object({
          names: object({ kind: text, shortNames: texts }),
          validation: {
            ...object({ legacySchema: { type: 'boolean', default: legacy }, openAPIV3Schema: anything }),
            default: { legacySchema: legacy },
          },
        }),
      }),
      targets: {
        type: 'array',
        items: object({
          target: text,
          rego: text,
          libs: texts,
          code: { type: 'array', items: { ...object({ engine: text, source: anything }), required: ['engine', 'source'] } },
        }),
      },
    }),
    status: object({ created: { type: 'boolean' }, byPod: { type: 'array', items: pod } }),
  });
