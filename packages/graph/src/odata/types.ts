import type { Directory, DirectoryObject, PageOptions } from '@podpass/directory';

/** What leaves: plain JSON values by the names of the wire. */
export type Entity = Readonly<Record<string, unknown>>;

/** A property of an object that is about to be read for the caller. */
export interface Sight {
  /** Type name without namespace: `user`. */
  readonly type: string;
  readonly id: string;
  readonly property: string;
}

/** What reading properties and navigations may look at: the caller's own tenant, and of it what his permissions show. */
export interface ReadScope {
  readonly directory: Directory;
  readonly tenantId: string;
  readonly sees: (sight: Sight) => boolean;
}

export type Comparison = 'eq' | 'ne' | 'gt' | 'ge' | 'lt' | 'le';
/** What a property of the documentation's tables may support in `$filter`. `not` negates the others; `ge` includes `le`. */
export type FilterOperator = 'eq' | 'ne' | 'not' | 'ge' | 'in' | 'startswith' | 'endswith';

/** Strings compare case-insensitively, as in Entra. */
export type PropertyType = 'string' | 'guid' | 'boolean' | 'dateTime' | 'number' | 'complex';

/** One property of an entity, or a member of a complex one. */
export interface PropertyShape {
  readonly name: string;
  readonly type: PropertyType;
  /** A list: filtered with `any`. */
  readonly collection?: true;
  /** Operators in filters; absent: the property cannot be filtered. */
  readonly filter?: readonly FilterOperator[];
  /** Members of a complex property that filters may name (`web/redirectUris`), or of the elements of a list of such. */
  readonly members?: readonly PropertyShape[];
}

export interface Property<T> extends PropertyShape {
  /** The value on the wire; undefined is sent as null. */
  readonly read: (value: T, scope: ReadScope) => unknown;
  /** Sent only when `$select` names it. */
  readonly selectOnly?: true;
  /** Whether `$orderby` may name it. */
  readonly orderBy?: true;
  /** Whether `$search` may name it. */
  readonly search?: true;
  /** Finds by the exact value instead of scanning: for unique properties, and for `any` with `eq`. The filter is evaluated on what is found. */
  readonly lookUp?: (scope: ReadScope, text: string) => T | undefined;
}

/** What `$expand` may name, one level deep. */
export interface Navigation<T> {
  readonly name: string;
  /** Related objects; polymorphic, each is written with its `@odata.type`. At most 20 (`mostExpanded`), as Graph limits expansions. */
  readonly related: (value: T, scope: ReadScope) => readonly DirectoryObject[];
}

/** How a kind of object appears on the wire. Only what is listed here ever leaves: no hash, no secret. */
export interface EntityKind<T extends { readonly id: string }> {
  /** Type name without namespace: `user`. */
  readonly type: string;
  /** Its name in error texts: `User`. */
  readonly resource: string;
  /** Entity set in `@odata.context`: `users`. */
  readonly set: string;
  readonly properties: readonly Property<T>[];
  readonly navigations?: readonly Navigation<T>[];
  /** Lists of several kinds: writes each by its own kind, instead of by `properties`, and checks `$select` against all of them. */
  readonly write?: (value: T, options: { readonly scope: ReadScope; readonly select: readonly string[] | undefined }) => Entity;
  readonly checkSelect?: (select: readonly string[] | undefined) => void;
  /** Every filter and order needs an advanced query: lists of several kinds. */
  readonly advancedOnly?: true;
}

/** Where a list comes from: objects in the order of their ids. */
export interface Source<T> {
  /** Costs as much as the page is long. */
  readonly page: (options: PageOptions) => Promise<readonly T[]> | readonly T[];
  readonly count: () => number;
  /** Whether an object that was found by look-up belongs to the list; absent: look-ups are not used. */
  readonly includes?: (value: T) => boolean;
}

export type Literal =
  | { readonly type: 'string' | 'guid' | 'dateTime'; readonly text: string }
  | { readonly type: 'number'; readonly text: string; readonly value: number }
  | { readonly type: 'boolean'; readonly text: string; readonly value: boolean }
  | { readonly type: 'null'; readonly text: 'null' };

/** A parsed `$filter`. Paths are as written; inside `any`, those of the element begin with the variable. */
export type FilterNode =
  | { readonly kind: 'and' | 'or'; readonly operands: readonly FilterNode[] }
  | { readonly kind: 'not'; readonly operand: FilterNode }
  | { readonly kind: 'compare'; readonly operator: Comparison; readonly path: readonly string[]; readonly literal: Literal }
  | { readonly kind: 'in'; readonly path: readonly string[]; readonly literals: readonly Literal[] }
  | {
      readonly kind: 'call';
      readonly name: 'startswith' | 'endswith' | 'contains';
      readonly path: readonly string[];
      readonly literal: Literal;
    }
  | { readonly kind: 'any'; readonly path: readonly string[]; readonly variable: string; readonly condition: FilterNode | undefined };

/** One `$search` clause: `"displayName:text"`. */
export interface SearchClause {
  readonly property: string;
  readonly text: string;
}

/** The query options of a request, parsed and bounded; names are checked against the kind when the list is made. */
export interface QueryOptions {
  readonly filter: FilterNode | undefined;
  /** Names as written; undefined when everything usual is wanted. */
  readonly select: readonly string[] | undefined;
  readonly expand: readonly { readonly name: string; readonly select: readonly string[] | undefined }[];
  /** 1 to 999; 100 when absent. */
  readonly top: number;
  readonly orderBy: readonly { readonly property: string; readonly descending: boolean }[];
  /** Alternatives (`OR`) of clauses that must all match (`AND`); undefined without `$search`. */
  readonly search: readonly (readonly SearchClause[])[] | undefined;
  readonly count: boolean;
  readonly skipToken: string | undefined;
  /** Header `ConsistencyLevel: eventual`. */
  readonly eventual: boolean;
}
