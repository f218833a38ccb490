import type { JsonObject } from '@podpass/kernel';

/** Name of a message as an OpenAPI component: `core.v1.Pod` → `io.k8s.api.core.v1.Pod`. */
export const componentName = (message: string): string => {
  if (message.startsWith('meta.')) return `io.k8s.apimachinery.pkg.apis.${message}`;
  if (message.startsWith('apiextensions.')) return `io.k8s.apiextensions-apiserver.pkg.apis.${message}`;
  return `io.k8s.api.${message}`;
};

/** How one version of OpenAPI says what the other says differently. */
export interface Dialect {
  readonly version: 2 | 3;
  /** A value that is a message. */
  reference(message: string): JsonObject;
  /** A quantity, which is a text or a number in JSON. */
  readonly quantity: JsonObject;
  readonly intOrString: JsonObject;
}

/** OpenAPI 3: members beside `$ref` would be ignored, so references stand inside of `allOf`. */
export const openApi3: Dialect = {
  version: 3,
  reference: (message) => ({ allOf: [componentRef(message)], default: {} }),
  quantity: { oneOf: [{ type: 'string' }, { type: 'number' }] },
  intOrString: { format: 'int-or-string', oneOf: [{ type: 'integer' }, { type: 'string' }] },
};

/** Swagger 2.0 has no `oneOf`: readers of these documents take numbers for texts. */
export const swagger2: Dialect = {
  version: 2,
  reference: (message) => ({ $ref: `#/definitions/${componentName(message)}` }),
  quantity: { type: 'string' },
  intOrString: { type: 'string', format: 'int-or-string' },
};

export const componentRef = (message: string): { $ref: string } => ({ $ref: `#/components/schemas/${componentName(message)}` });
