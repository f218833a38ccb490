import { isEstablished } from '../custom/definitions/conditions.ts';
import { isDeleting, nameOf, specOf, statusOf } from '../object/read.ts';
import { sameJson } from '../object/equal.ts';
import type { KubeObject } from '../object/types.ts';
import { resources } from './table.ts';
import type { ResourceRow } from './types.ts';

/** The resources of one cluster: those that are built in and those that its definitions add. */
export interface Catalogue {
  /** All rows in the order of discovery. Another array after each change, so that what is made from the rows can be kept by it. */
  readonly rows: readonly ResourceRow[];
  /** One row for each kind of stored objects. */
  readonly stored: readonly ResourceRow[];
  /** The row that a request path names. */
  find(group: string, version: string, resource: string): ResourceRow | undefined;
  /** The row of a resource whatever its version: that in which it is stored. */
  ofResource(group: string, resource: string): ResourceRow | undefined;
  /** Whether any resource is served under this group and version. */
  isServed(group: string, version: string): boolean;
  /** Whether the resource of the definition of this name is among the rows. */
  holds(definition: string): boolean;
  /** Follows a definition; `undefined` when it is gone. Called with each change, in the order of the changes. */
  follow(name: string, definition: KubeObject | undefined): void;
}

/** What becomes of a definition: its rows in the order of its versions, of which the storage version may be unserved. */
export interface CompiledDefinition {
  readonly served: readonly ResourceRow[];
  readonly storage: ResourceRow;
}

/** Compiles a definition that may be served; undefined when its names are not accepted. `retired` aborts when it changes. */
export type DefinitionCompiler = (definition: KubeObject, retired: AbortSignal) => CompiledDefinition | undefined;

interface Entry extends CompiledDefinition {
  readonly source: KubeObject;
  readonly retire: AbortController;
}

const keyOf = (group: string, resource: string) => `${group}/${resource}`;
const builtInGroups = new Set(resources.map((row) => row.group));
const builtInStored = resources.filter((row) => row.stored);

/** Whether a definition still means the same: most changes of its status mean nothing to those who serve it. */
const isSame = (before: KubeObject, after: KubeObject): boolean =>
  sameJson(specOf(before), specOf(after)) &&
  isEstablished(before) === isEstablished(after) &&
  sameJson(statusOf(before)['acceptedNames'], statusOf(after)['acceptedNames']);

/** Whether two definitions of one group would answer to the same plural or kind. */
const clash = (left: ResourceRow, right: ResourceRow): boolean =>
  left.group === right.group && (left.resource === right.resource || left.kind === right.kind);

/** Creates the catalogue of a cluster. Nothing that is built in can be replaced by a definition. */
export const createCatalogue = (compile: DefinitionCompiler): Catalogue => {
  const entries = new Map<string, Entry>();
  let rows: readonly ResourceRow[] = resources;
  let stored: readonly ResourceRow[] = builtInStored;
  let byPath = new Map<string, ResourceRow>();
  let byResource = new Map<string, ResourceRow>();
  let groupVersions = new Set<string>();
  const index = () => {
    const present = [...entries.values()];
    const added = present.flatMap((entry) => entry.served);
    const sorted = added.toSorted((left, right) => (keyOf(left.group, left.resource) < keyOf(right.group, right.resource) ? -1 : 1));
    rows = added.length === 0 ? resources : [...resources, ...sorted];
    stored = present.length === 0 ? builtInStored : [...builtInStored, ...present.map((entry) => entry.storage)];
    byPath = new Map(rows.map((row) => [`${row.group}/${row.version}/${row.resource}`, row]));
    byResource = new Map(
      [...rows.filter((row) => row.custom === undefined), ...stored].map((row) => [keyOf(row.group, row.resource), row]),
    );
    groupVersions = new Set(rows.map((row) => `${row.group}/${row.version}`));
  };
  index();
  const accepted = (name: string, compiled: CompiledDefinition): boolean =>
    !builtInGroups.has(compiled.storage.group) &&
    ![...entries].some(([other, entry]) => other !== name && clash(entry.storage, compiled.storage));
  return {
    get rows() {
      return rows;
    },
    get stored() {
      return stored;
    },
    find: (group, version, resource) => byPath.get(`${group}/${version}/${resource}`),
    ofResource: (group, resource) => byResource.get(keyOf(group, resource)),
    isServed: (group, version) => groupVersions.has(`${group}/${version}`),
    holds: (definition) => entries.has(definition),
    follow(name, definition) {
      const before = entries.get(name);
      const same = before !== undefined && definition !== undefined && isSame(before.source, definition);
      if (same && isDeleting(before.source) === isDeleting(definition)) return;
      // Whoever watches a resource that is to go is still told of the end of its objects.
      const retire = same ? before.retire : new AbortController();
      const compiled = definition === undefined ? undefined : compile(definition, retire.signal);
      if (definition !== undefined && compiled !== undefined && accepted(nameOf(definition), compiled))
        entries.set(name, { ...compiled, source: definition, retire });
      else entries.delete(name);
      if (before === undefined && !entries.has(name)) return;
      index();
      if (!same || !entries.has(name)) before?.retire.abort();
    },
  };
};
