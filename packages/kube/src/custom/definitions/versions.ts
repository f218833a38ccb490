import { isObject, type Json, type JsonObject } from '@podpass/kernel';
import type { FieldProblem } from '../../codec/index.ts';
import { rfc1035Name } from '../../codec/validation/names.ts';
import { duplicate, forbidden, invalid, required, unsupported } from '../../codec/validation/problems.ts';
import { checkSchema } from '../schema/check.ts';
import type { Work } from '../schema/work.ts';
import { parseJsonPath } from '../serving/jsonpath.ts';

const columnTypes = ['boolean', 'date', 'integer', 'number', 'string'];
const columnFormats = ['byte', 'date', 'date-time', 'double', 'float', 'int32', 'int64', 'password'];
const mostColumns = 64;
const mostSelectable = 8;

const textOf = (value: Json): string => (typeof value === 'string' ? value : '');
const listOf = (value: Json): readonly Json[] => (Array.isArray(value) ? (value as readonly Json[]) : []);
const objectOf = (value: Json): JsonObject => (isObject(value) ? (value as JsonObject) : {});

const pathProblems = (source: string, path: string): FieldProblem[] => {
  if (source === '') return [required(path)];
  if (parseJsonPath(source) !== undefined) return [];
  return [invalid(path, source, 'must be a simple json path this API server can evaluate, starting with a dot')];
};

const columnProblems = (column: JsonObject, path: string): FieldProblem[] => {
  const type = textOf(column['type']);
  const format = textOf(column['format']);
  return [
    ...(textOf(column['name']) === '' ? [required(`${path}.name`)] : []),
    ...(type === '' ? [required(`${path}.type`)] : columnTypes.includes(type) ? [] : [unsupported(`${path}.type`, type, columnTypes)]),
    ...(format === '' || columnFormats.includes(format) ? [] : [unsupported(`${path}.format`, format, columnFormats)]),
    ...pathProblems(textOf(column['jsonPath']), `${path}.jsonPath`),
  ];
};

/** Selectable fields lead through members to one text, number or truth value. */
const selectableProblems = (version: JsonObject, path: string): FieldProblem[] => {
  const entries = listOf(version['selectableFields']).map(objectOf);
  if (entries.length > mostSelectable)
    return [
      {
        field: path,
        reason: 'FieldValueTooMany',
        message: `Too many: ${String(entries.length)}: must have at most ${String(mostSelectable)} items`,
      },
    ];
  const seen = new Set<string>();
  return entries.flatMap((entry, index) => {
    const at = `${path}[${String(index)}].jsonPath`;
    const source = textOf(entry['jsonPath']);
    if (source === '') return [required(at)];
    if (seen.has(source)) return [duplicate(at, source)];
    seen.add(source);
    if (!/^(?:\.[A-Za-z_][A-Za-z0-9_-]*)+$/u.test(source)) return [invalid(at, source, 'is an invalid path: only field paths are allowed')];
    if (/^\.metadata(?:\.|$)/u.test(source)) return [invalid(at, source, 'must not point to fields in metadata')];
    let schema = objectOf(objectOf(version['schema'])['openAPIV3Schema']);
    for (const name of source.slice(1).split('.')) {
      const properties = objectOf(schema['properties']);
      schema = Object.hasOwn(properties, name) ? objectOf(properties[name]) : {};
    }
    return ['string', 'integer', 'boolean'].includes(textOf(schema['type']))
      ? []
      : [
          invalid(
            at,
            source,
            'must point to a field of type string, boolean or integer. Enum string fields and strings with formats are allowed.',
          ),
        ];
  });
};

/** Problems of one version of a definition; `work` is what all of its versions may take together. */
export const versionProblems = (version: JsonObject, path: string, work: Work): FieldProblem[] => {
  const name = textOf(version['name']);
  const schema = objectOf(version['schema'])['openAPIV3Schema'];
  const columns = listOf(version['additionalPrinterColumns']);
  const warning = textOf(version['deprecationWarning']);
  const subresources = objectOf(version['subresources']);
  return [
    ...(name === '' ? [required(`${path}.name`)] : rfc1035Name(name).map((sentence) => invalid(`${path}.name`, name, sentence))),
    ...(isObject(schema)
      ? checkSchema(schema as JsonObject, `${path}.schema.openAPIV3Schema`, work)
      : [required(`${path}.schema.openAPIV3Schema`, 'schemas are required')]),
    ...(isObject(subresources['scale'])
      ? [forbidden(`${path}.subresources.scale`, 'the scale subresource of custom resources is not supported by this API server')]
      : []),
    ...(subresources['status'] === undefined || isObject(subresources['status'])
      ? []
      : [invalid(`${path}.subresources.status`, subresources['status'], 'must be an object')]),
    ...(columns.length > mostColumns
      ? [forbidden(`${path}.additionalPrinterColumns`, `this API server takes at most ${String(mostColumns)} columns`)]
      : []),
    ...columns.flatMap((column, index) => columnProblems(objectOf(column), `${path}.additionalPrinterColumns[${String(index)}]`)),
    ...(warning !== '' && version['deprecated'] !== true
      ? [invalid(`${path}.deprecationWarning`, warning, 'can only be set for deprecated versions')]
      : []),
    ...(warning.length > 256 || /[^\u0020-\u007e]/u.test(warning)
      ? [invalid(`${path}.deprecationWarning`, warning, 'must only contain printable UTF-8 characters and be at most 256 of them')]
      : []),
    ...selectableProblems(version, `${path}.selectableFields`),
  ];
};
