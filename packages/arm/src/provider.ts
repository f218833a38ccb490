import type { Clock } from '@podpass/kernel';
import type { Caller, Directory } from '@podpass/directory';
import type { Logger } from '@podpass/telemetry';
import { readBody, type InvalidBody } from './body/read.ts';
import type { Shape } from './body/shape.ts';
import type { GroupState, Resource, Subscription } from './model.ts';
import type { Operations } from './operations.ts';
import type { AccessCheck } from './ports.ts';
import type { ParsedId } from './resource-id.ts';
import type { Resources } from './resources.ts';
import type { Subscriptions } from './subscriptions.ts';

export type Method = 'GET' | 'HEAD' | 'PUT' | 'PATCH' | 'POST' | 'DELETE';

/** What an answer of the resource manager is made of; objects are sent as JSON. */
export interface ArmAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: object;
}

/** What every handler may use. */
export interface ArmServices {
  readonly resources: Resources;
  readonly subscriptions: Subscriptions;
  readonly operations: Operations;
  readonly access: AccessCheck;
  readonly directory: Directory;
  readonly clock: Clock;
  readonly log: Logger;
  readonly providers: readonly ProviderDefinition[];
  /** Deletes a resource group and everything in it; see `delete-group.ts`. */
  deleteGroup(group: Resource<GroupState>): Promise<void>;
  /** To be called once a resource is gone: takes away what hung on its scope, such as role assignments. */
  scopeDeleted(tenantId: string, scope: string): Promise<void>;
}

/** One request that has passed all shared phases. */
export interface ArmRequest {
  /** Request id (GUID). */
  readonly id: string;
  readonly method: Method;
  readonly apiVersion: string;
  /** Origin to build absolute URLs from, without a trailing slash. */
  readonly origin: string;
  /** Path as the client wrote it, decoded, without a trailing slash. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly caller: Caller;
  /** The value of a `{name}` in the operation's path; throws for names that the path does not have. */
  readonly param: (name: string) => string;
  /** What an operation of an extension type is about; the root for others. */
  readonly target: ParsedId;
  /** The text of `target`, `/` for the root. */
  readonly targetId: string;
  /** Throws when the operation's path has no subscription. */
  readonly subscription: Subscription;
  /** The resource group that the path names; throws when it names none. */
  readonly group: Resource<GroupState>;
  readonly arm: ArmServices;
}

/** Who may call an operation. Data, so that no handler can forget to ask. */
export type Access =
  /** Any caller with a token of the platform; the answer holds only what the caller may see. */
  | { readonly kind: 'signed-in' }
  /** A caller who holds any role in the subscription. */
  | { readonly kind: 'member' }
  /**
   * A caller who may perform the action at the request's scope: the path without its last literal word. An action may
   * name a path parameter in braces. With `trim`, a caller who may perform it only on some items of a list gets those,
   * as in Azure; with `by-type`, what counts for an item is the read action of its own type.
   */
  | { readonly kind: 'action'; readonly action: string; readonly trim?: true | 'by-type' }
  /** Whoever started the long-running operation named by `{operationId}`, or may perform the action on its target. */
  | { readonly kind: 'operation'; readonly action: string };

interface OperationBase {
  /** Unique in the provider, for example `Vaults_Get`; the key of the coverage ledger. */
  readonly name: string;
  readonly method: Method;
  /** Full path template. Extension types start with `{scope}`. */
  readonly path: string;
  readonly access: Access;
  /** What requests of one key wait for each other; the request's scope when absent. Reads never wait. */
  readonly lock?: (param: (name: string) => string) => string;
  /** Whether the resource group of the path must exist; true when absent. */
  readonly needsGroup?: boolean;
}

/** An operation as the dispatcher sees it. */
export interface OperationDefinition extends OperationBase {
  /** Validates the parsed body and returns the handler bound to it; throws an `ArmError` that names all problems. */
  readonly accept: (body: unknown) => (request: ArmRequest) => Promise<ArmAnswer>;
}

/** An operation that reads no body. */
export const operation = (
  definition: OperationBase & { readonly handler: (request: ArmRequest) => Promise<ArmAnswer> },
): OperationDefinition => ({
  ...definition,
  accept: () => definition.handler,
});

/** An operation with a body of a known shape. */
export const operationWithBody = <B>(
  definition: OperationBase & {
    readonly body: Shape<B>;
    readonly invalid: InvalidBody;
    readonly handler: (request: ArmRequest, body: B) => Promise<ArmAnswer>;
  },
): OperationDefinition => ({
  ...definition,
  accept: (raw) => {
    const body = readBody(definition.body, raw, definition.invalid);
    return (request) => definition.handler(request, body);
  },
});

export interface TypeDefinition {
  /** Without the namespace, for example `userAssignedIdentities/federatedIdentityCredentials`. */
  readonly type: string;
  /** Api-versions that `provider show` lists, newest first. Others are accepted too. */
  readonly apiVersions: readonly string[];
  /** Whether resources of the type live in a region. */
  readonly regional: boolean;
  readonly operations: readonly OperationDefinition[];
  /** How a resource of this type is deleted together with its resource group. Types without one are children or not stored. */
  readonly deletion?: {
    /** Lower goes first. */
    readonly order: number;
    readonly delete: (resource: Resource, arm: ArmServices) => Promise<void>;
  };
}

export interface ProviderDefinition {
  readonly namespace: string;
  readonly types: readonly TypeDefinition[];
  /** Puts right what a crash left half-done. Runs once at start, before the first request. */
  readonly recover?: (arm: ArmServices) => Promise<void>;
}

/** A resource provider is a plain object; this only keeps its literal types. */
export const defineProvider = <const P extends ProviderDefinition>(provider: P): P => provider;

/** All operations of a provider. */
export const operationsOf = (provider: ProviderDefinition): readonly OperationDefinition[] =>
  provider.types.flatMap((type) => type.operations);
