import { isObject, type JsonObject } from '@podpass/kernel';
import { customObjectProblems } from '../../codec/index.ts';
import { errors } from '../../errors.ts';
import { dig, fields, isDeleting, nameOf, objects, specOf, statusOf, strings, text, uidOf } from '../../object/read.ts';
import type { Fields, KubeObject } from '../../object/types.ts';
import type { CompiledDefinition } from '../../resources/catalogue.ts';
import type { CustomKind, ResourceRow, Verb } from '../../resources/types.ts';
import { fillObject } from '../schema/defaults.ts';
import { published } from '../schema/openapi.ts';
import { PatternError } from '../schema/pattern/index.ts';
import { pruneObject } from '../schema/prune.ts';
import { compileStructural, type Structural } from '../schema/structural.ts';
import { validateValue } from '../schema/validate.ts';
import { compileColumns, customTable } from '../serving/table.ts';
import { createView } from '../serving/view.ts';
import { bodyLimit } from '../../wire.ts';
import { isEstablished } from './conditions.ts';

const verbs: readonly Verb[] = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];

const schemaOf = (version: Fields): JsonObject => {
  const schema = dig(version, 'schema', 'openAPIV3Schema');
  return isObject(schema) ? (schema as JsonObject) : { type: 'object' };
};

/** `AzureIdentity` of `aadpodidentity.k8s.io` v1 → `io.k8s.aadpodidentity.v1.AzureIdentity`. */
const componentOf = (group: string, version: string, kind: string) => [...group.split('.').toReversed(), version, kind].join('.');

const deprecationOf = (version: Fields, group: string, kind: string): string | undefined =>
  version['deprecated'] === true
    ? text(version['deprecationWarning']) || `${group}/${text(version['name'])} ${kind} is deprecated`
    : undefined;

/** Names as they were accepted; what is not accepted yet is not served. */
const namesOf = (definition: KubeObject): Fields => {
  const accepted = fields(statusOf(definition)['acceptedNames']);
  return { ...fields(specOf(definition)['names']), shortNames: accepted['shortNames'], categories: accepted['categories'] };
};

const compile = (definition: KubeObject, retired: AbortSignal): CompiledDefinition | undefined => {
  const spec = specOf(definition);
  const versions = objects(spec['versions']);
  const storage = versions.find((version) => version['storage'] === true);
  if (!isEstablished(definition) || storage === undefined) return undefined;
  const names = namesOf(definition);
  const group = text(spec['group']);
  const kind = text(names['kind']);
  const storageVersion = text(storage['name']);
  const schemas = new Map<string, Structural>(versions.map((version) => [text(version['name']), compileStructural(schemaOf(version))]));
  const rowOf = (source: Fields): ResourceRow => {
    const version = text(source['name']);
    const schema = schemas.get(version) ?? compileStructural({ type: 'object' });
    const columns = compileColumns(objects(source['additionalPrinterColumns']) as readonly JsonObject[]);
    const hasStatus = isObject(dig(source, 'subresources', 'status'));
    const custom: CustomKind = {
      definition: nameOf(definition),
      uid: uidOf(definition),
      listKind: text(names['listKind']),
      storageVersion,
      terminating: isDeleting(definition),
      deprecation: deprecationOf(source, group, kind),
      selectable: objects(source['selectableFields']).map((field) => text(field['jsonPath']).slice(1)),
      retired,
      prune: (object) => pruneObject(object, schema),
      fill(object) {
        const filled = fillObject(object, schema);
        if (filled === undefined) throw errors.tooLarge(bodyLimit);
        return filled;
      },
      validate: (object) => [...customObjectProblems(object), ...validateValue(object, schema)],
      view: createView({ apiVersion: `${group}/${version}`, schema, schemas }),
      table: (listed, options) => customTable(columns, listed, options),
      component: componentOf(group, version, kind),
      publish: (dialect) => published(schemaOf(source), dialect),
    };
    return {
      group,
      version,
      resource: text(names['plural']),
      kind,
      singular: text(names['singular']),
      shortNames: strings(names['shortNames']),
      categories: strings(names['categories']),
      namespaced: spec['scope'] === 'Namespaced',
      verbs,
      subresources: hasStatus ? [{ name: 'status', kind, verbs: ['get', 'patch', 'update'] }] : [],
      generation: true,
      stored: true,
      custom,
    };
  };
  const rows = versions.map((version) => ({ served: version['served'] === true, row: rowOf(version) }));
  const stored = rows.find(({ row }) => row.version === storageVersion)?.row;
  if (stored === undefined) return undefined;
  return { served: rows.filter(({ served }) => served).map(({ row }) => row), storage: stored };
};

/**
 * The rows of a definition, one for each version: everything that serving needs is read here, once. Undefined while the definition is not
 * established, and for a stored one with a pattern that would not be taken today: what cannot be checked is not served.
 */
export const compileDefinition = (definition: KubeObject, retired: AbortSignal): CompiledDefinition | undefined => {
  try {
    return compile(definition, retired);
  } catch (thrown) {
    if (thrown instanceof PatternError) return undefined;
    throw thrown;
  }
};
