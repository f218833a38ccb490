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
}
