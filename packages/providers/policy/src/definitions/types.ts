/** A parameter of a definition. Types compare without regard to case. */
export interface ParameterDefinition {
  readonly type: 'String' | 'Array' | 'Object' | 'Boolean';
  readonly displayName: string;
  readonly description: string;
  readonly allowedValues?: readonly (string | boolean)[];
  /** Every parameter of the definitions here has one, so that none can be missing. */
  readonly defaultValue: unknown;
  /** Values that are allowed on Azure and refused here, with the reason. */
  readonly refused?: Readonly<Record<string, string>>;
  /** JSON schema of the value. */
  readonly schema?: object;
}

/** A built-in policy definition for clusters. */
export interface PolicyDefinition {
  /** GUID. */
  readonly name: string;
  readonly version: string;
  readonly displayName: string;
  readonly description: string;
  readonly parameters: Readonly<Record<string, ParameterDefinition>>;
  /** Kind of the constraint that it becomes in a cluster. */
  readonly constraintKind: string;
  /** First part of the constraint's name. */
  readonly constraintName: string;
  readonly template: string;
  /** Parameters that the constraint gets. The others select what it looks at, and what happens. */
  readonly values: readonly string[];
}
