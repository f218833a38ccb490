import type { JsonObject } from '@podpass/kernel';

/** Names a kind of object; `group` is empty for the core group. */
export interface GroupVersionKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

/** Names a resource type by its plural; `group` is empty for the core group. */
export interface GroupVersionResource {
  readonly group: string;
  readonly version: string;
  readonly resource: string;
}

/** One problem of an object, as the causes of a Status carry it. */
export interface FieldProblem {
  /** Dotted path: `spec.containers[0].image`. */
  readonly field: string;
  /** `FieldValueRequired`, `FieldValueInvalid`, `FieldValueNotSupported`, `FieldValueDuplicate`, `FieldValueForbidden`, `FieldValueTooLong`. */
  readonly reason: string;
  /** As the API server words it, without the field: `Required value`. */
  readonly message: string;
}

/** A decoded protobuf envelope. `object` carries `apiVersion` and `kind` too. */
export interface DecodedObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly object: JsonObject;
}

/** The shape of one row of the resource table that the OpenAPI documents are made from. */
export interface OpenApiResource {
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  readonly kind: string;
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
  /** Name and schema of a kind that is not built in. */
  readonly custom?: { readonly component: string; publish(dialect: 2 | 3): JsonObject };
  readonly subresources?: readonly {
    readonly name: string;
    readonly kind?: string;
    readonly group?: string;
    readonly version?: string;
    readonly verbs?: readonly string[];
  }[];
}

export interface TableOptions {
  /** The platform's time in milliseconds since the epoch: ages are relative to it. */
  readonly now: number;
  /** What `rows[].object` holds; default `Metadata`, as the API server does. */
  readonly includeObject?: 'None' | 'Metadata' | 'Object';
}

/** `meta.k8s.io/v1` Table. */
export interface Table extends JsonObject {
  readonly kind: 'Table';
  readonly apiVersion: 'meta.k8s.io/v1';
}
