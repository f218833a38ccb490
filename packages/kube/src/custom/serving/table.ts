import { isObject, type Json, type JsonObject } from '@podpass/kernel';
import { ageOf, rowObject, tableNameColumn, type Table, type TableOptions } from '../../codec/index.ts';
import { firstAt, parseJsonPath, type JsonPath } from './jsonpath.ts';

/** A printer column, read once. */
export interface Column {
  readonly definition: JsonObject;
  readonly type: string;
  readonly path: JsonPath;
}

const ageColumn: JsonObject = {
  name: 'Age',
  type: 'date',
  description: 'The time at which the object was created, in UTC.',
  jsonPath: '.metadata.creationTimestamp',
};

const textOf = (value: Json): string => (typeof value === 'string' ? value : '');

/** The columns after the name; the age when the definition names none. */
export const compileColumns = (columns: readonly JsonObject[]): readonly Column[] =>
  (columns.length === 0 ? [ageColumn] : columns).flatMap((column) => {
    const path = parseJsonPath(textOf(column['jsonPath']));
    if (path === undefined) return [];
    const type = textOf(column['type']);
    const definition = {
      name: textOf(column['name']),
      type,
      format: textOf(column['format']),
      description: textOf(column['description']),
      priority: typeof column['priority'] === 'number' ? column['priority'] : 0,
    };
    return [{ definition, type, path }];
  });

const textCell = (value: Json): string =>
  typeof value === 'string' ? value : typeof value === 'object' ? (JSON.stringify(value) ?? '') : String(value);

/** What a column shows; null where there is nothing of its type, which kubectl prints as `<none>`. */
const cellOf = (value: Json, type: string, now: number): Json => {
  if (value === undefined || value === null) return null;
  switch (type) {
    case 'integer':
      return typeof value === 'number' ? Math.trunc(value) : null;
    case 'number':
      return typeof value === 'number' ? value : null;
    case 'boolean':
      return typeof value === 'boolean' ? value : null;
    case 'date':
      if (typeof value !== 'string') return null;
      return Number.isNaN(Date.parse(value)) ? '<invalid>' : ageOf(value, now);
    default:
      return textCell(value);
  }
};

/** Renders custom resources as a Table with the columns of their definition. */
export const customTable = (columns: readonly Column[], objects: readonly JsonObject[], options: TableOptions): Table => ({
  kind: 'Table',
  apiVersion: 'meta.k8s.io/v1',
  metadata: {},
  columnDefinitions: [tableNameColumn, ...columns.map((column) => column.definition)],
  rows: objects.map((object) => {
    const { metadata } = object;
    const name = isObject(metadata) ? textOf((metadata as JsonObject)['name']) : '';
    const cells = columns.map((column) => cellOf(firstAt(object, column.path), column.type, options.now));
    return { cells: [name, ...cells], ...rowObject(object, options.includeObject) };
  }),
});
