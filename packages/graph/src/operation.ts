import type { Caller, Directory } from '@podpass/directory';
import type { Answer, Exchange } from '@podpass/http';
import type { Clock } from '@podpass/kernel';
import type { QueryOptions, ReadScope } from './odata/types.ts';
import type { Guesses } from './guesses.ts';
import type { PageTokens } from './odata/page-tokens.ts';
import type { Access, Permission } from './permissions.ts';

type Method = 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
export type QueryOption = '$filter' | '$select' | '$expand' | '$top' | '$orderby' | '$search' | '$count' | '$skiptoken';

/** One operation as data. */
export interface Route {
  readonly method: Method;
  /**
   * Below `/v1.0/`, in Graph's spelling; requests compare case-insensitively. `{name}` takes one segment, or the key in
   * parentheses: `users/{id}` serves `users/x` and `users('x')`; on applications and service principals also `(appId='x')`.
   */
  readonly path: string;
  /** Enforced by the dispatcher before `run`. */
  readonly permission: Permission;
  /** POST that changes nothing: not audited as a write. */
  readonly reads?: true;
  /** Query options that are understood; every other `$…` is refused. None when absent. Sets: `odata/options.ts`. */
  readonly options?: readonly QueryOption[];
  readonly run: (request: GraphRequest) => Answer | Promise<Answer>;
}

/** A request whose caller is known and may do what the route's permission says. */
export interface GraphRequest {
  readonly exchange: Exchange;
  readonly caller: Caller;
  /** What the caller is in the directory at this moment. */
  readonly access: Access & Pick<ReadScope, 'sees'>;
  readonly directory: Directory;
  readonly clock: Clock;
  readonly route: Route;
  /**
   * Keys of the path by their names, decoded. `id` is the lower-case object id of something that exists, of the first segment's set:
   * user principal names and `appId='…'` are resolved already, and `me` has the caller's own.
   */
  readonly keys: Readonly<Record<string, string>>;
  readonly query: QueryOptions;
  readonly pageTokens: PageTokens;
  /** Bounds guesses of a user's present password. */
  readonly guesses: Guesses;
  /** Runs another request as if it had arrived by itself (`$batch`). */
  readonly dispatch: (exchange: Exchange) => Promise<Answer>;
}
