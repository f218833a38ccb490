import type { Caller as TokenCaller, PrincipalType } from '@podpass/directory';

/** Which half of Azure an operation belongs to: managing a resource, or using what is inside it. */
export type Plane = 'control' | 'data';

/** One permission block of a role. Patterns are case-insensitive; `*` stands for any run of characters, `/` included. */
export interface Permission {
  readonly actions: readonly string[];
  readonly notActions: readonly string[];
  readonly dataActions: readonly string[];
  readonly notDataActions: readonly string[];
}

export interface RoleDefinition {
  /** Lower-case GUID, the same in every tenant of Azure. */
  readonly id: string;
  /** The role's English name, for example `Key Vault Secrets User`. */
  readonly roleName: string;
  readonly description: string;
  readonly permissions: readonly Permission[];
}

export interface RoleAssignment {
  readonly tenantId: string;
  /** Lower-case GUID, unique in the tenant. */
  readonly name: string;
  /** The scope as the client wrote it, without a trailing slash; `/` for the root. */
  readonly scope: string;
  /** Lower-case GUID of a built-in role. */
  readonly roleId: string;
  /** Lower-case object id. */
  readonly principalId: string;
  readonly principalType: PrincipalType;
  readonly description: string | undefined;
  /** ISO 8601, UTC. */
  readonly createdOn: string;
  readonly updatedOn: string;
  /** Object id of the caller; undefined for assignments that the platform itself seeds. */
  readonly createdBy: string | undefined;
  readonly updatedBy: string | undefined;
}

export interface NewRoleAssignment {
  readonly tenantId: string;
  readonly name: string;
  readonly scope: string;
  readonly roleId: string;
  readonly principalId: string;
  /**
   * When given, a principal that the directory does not know is accepted (Azure's way round replication delay); a
   * principal that it does know must be of this type.
   */
  readonly principalType?: PrincipalType;
  readonly description?: string;
  /** Attribute conditions are refused: an assignment whose condition were ignored would grant too much. */
  readonly condition?: string;
  readonly createdBy?: string;
}

/** Who is asking: all that a decision depends on. */
export type Caller = Pick<TokenCaller, 'tenantId' | 'objectId'>;

export interface Question {
  readonly caller: Caller;
  /** For example `Microsoft.KeyVault/vaults/write`. */
  readonly action: string;
  /** Full resource id, or `/subscriptions/{id}`, or `/`. */
  readonly scope: string;
  readonly plane: Plane;
}

export interface Verdict {
  readonly allowed: boolean;
  /** The assignment that allowed, or what was missing: for explanations and audit, not for wire texts. */
  readonly because: string;
}

export interface ListOptions {
  /** Leaves out what lies below the scope. */
  readonly atScope?: boolean;
  /** Only the assignments of this principal itself. */
  readonly principalId?: string;
  /** Only the assignments of this principal and of every group that it is in, directly or through groups. */
  readonly assignedTo?: string;
}

export interface Assignments {
  /**
   * Creates the assignment, or updates the description of the one with the same name. Settles once durable, and is in
   * force as soon as it settles. Throws `RoleAssignmentError`.
   */
  create(assignment: NewRoleAssignment): Promise<{ assignment: RoleAssignment; created: boolean }>;
  get(tenantId: string, name: string): RoleAssignment | undefined;
  /** Returns the deleted assignment; undefined when there was none. */
  delete(tenantId: string, name: string): Promise<RoleAssignment | undefined>;
  /** Deletes all assignments at the scope and below, as Azure does when the resource goes. Returns how many. */
  deleteUnder(tenantId: string, scope: string): Promise<number>;
  /** The assignments that apply at the scope: those at it, those above it and, unless `atScope`, those below it. */
  listAtScope(tenantId: string, scope: string, options?: ListOptions): readonly RoleAssignment[];
  /** All assignments of one principal itself in the tenant; those of its groups are not its own. */
  listForPrincipal(tenantId: string, principalId: string): readonly RoleAssignment[];
}

export interface Definitions {
  /** By GUID, in either case. */
  byId(id: string): RoleDefinition | undefined;
  /** By name, in either case. */
  byName(name: string): RoleDefinition | undefined;
  list(): readonly RoleDefinition[];
}

export interface Authorization {
  /** Answers from memory; fits the resource manager's and the key vault's access ports. */
  check(question: Question): Verdict;
  /** Whether the caller, or a group that it is in, holds any role at the scope, above it or below it: who sees a subscription at all. */
  reaches(caller: Caller, scope: string): boolean;
  readonly assignments: Assignments;
  readonly definitions: Definitions;
  close(): Promise<void>;
}
