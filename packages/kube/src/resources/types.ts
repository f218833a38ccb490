import type { JsonObject } from '@podpass/kernel';
import type { FieldProblem, Table, TableOptions } from '../codec/types.ts';
import type { KubeObject } from '../object/types.ts';

export type Verb = 'create' | 'delete' | 'deletecollection' | 'get' | 'list' | 'patch' | 'update' | 'watch';

/** A row of discovery below a resource, for example `pods/log`. */
export interface SubresourceRow {
  readonly name: string;
  /** The kind that the subresource reads and writes. */
  readonly kind: string;
  /** Group and version of that kind, when they differ from the resource's. */
  readonly group?: string;
  readonly version?: string;
  readonly verbs: readonly Verb[];
}

/** A resource that the API server serves. Discovery, OpenAPI, routing and storage all follow from the rows. */
export interface ResourceRow {
  /** Empty for the core group. */
  readonly group: string;
  readonly version: string;
  /** Plural, as in paths. */
  readonly resource: string;
  readonly kind: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly namespaced: boolean;
  readonly verbs: readonly Verb[];
  readonly subresources: readonly SubresourceRow[];
  /** Whether `metadata.generation` counts changes outside metadata and status. */
  readonly generation: boolean;
  /** Review APIs are answered, never stored. */
  readonly stored: boolean;
  /** What the definition of a custom resource says; undefined for resources that are built in. */
  readonly custom?: CustomKind;
}

/** One version of a custom resource, compiled once for each revision of its definition. */
export interface CustomKind {
  /** Name and uid of the CustomResourceDefinition. */
  readonly definition: string;
  readonly uid: string;
  readonly listKind: string;
  /** The version in which objects are stored. */
  readonly storageVersion: string;
  /** Whether the definition is being deleted: nothing new is created then. */
  readonly terminating: boolean;
  /** The warning that users of a deprecated version get. */
  readonly deprecation: string | undefined;
  /** Dotted paths that field selectors may name, besides those of all resources. */
  readonly selectable: readonly string[];
  /** Aborted when the definition changed or went: open watches end, so that clients come back to what there is now. */
  readonly retired: AbortSignal;
  /** The object without fields that the schema does not have, and their paths. */
  prune(object: JsonObject): { readonly object: JsonObject; readonly unknown: readonly string[] };
  /** The object with the schema's defaults. */
  fill(object: JsonObject): JsonObject;
  /** All problems of a filled object with the schema and with its metadata. */
  validate(object: JsonObject): readonly FieldProblem[];
  /** A stored object as this version shows it: converted, pruned and filled. The same object gives the same (shared) result. */
  view(object: KubeObject): KubeObject;
  table(objects: readonly JsonObject[], options: TableOptions): Table;
  /** Name and schema of the kind in OpenAPI documents. */
  readonly component: string;
  publish(dialect: 2 | 3): JsonObject;
}
