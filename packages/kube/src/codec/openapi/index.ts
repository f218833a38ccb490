import { createHash } from 'node:crypto';
import { isObject, type JsonObject } from '@podpass/kernel';
import { messageOfKind } from '../schema.ts';
import type { OpenApiResource } from '../types.ts';
import { componentName, openApi3, swagger2, type Dialect } from './names.ts';
import { groupPath, resourcePaths } from './paths.ts';
import { componentSchemas } from './schemas.ts';

const rowsOf = (group: string, version: string, resources: readonly OpenApiResource[]) =>
  resources.filter((row) => row.group === group && row.version === version);

const metadataMessage = 'meta.v1.ObjectMeta';

/** The schema of a custom kind, with the members that all objects have. */
const customSchema = (row: OpenApiResource, custom: NonNullable<OpenApiResource['custom']>, dialect: Dialect): JsonObject => {
  const schema = custom.publish(dialect.version);
  const properties = isObject(schema['properties']) ? (schema['properties'] as JsonObject) : {};
  const { group, version, kind } = row;
  return {
    ...schema,
    properties: { ...properties, apiVersion: text, kind: text, metadata: dialect.reference(metadataMessage) },
    'x-kubernetes-group-version-kind': [{ group, version, kind }],
  };
};

const text: JsonObject = { type: 'string' };

/** The schemas of all kinds that these resources read and write, with what they hold; sorted by name. */
const schemasOf = (rows: readonly OpenApiResource[], dialect: Dialect): JsonObject => {
  const custom = rows.filter((row) => row.custom !== undefined);
  const builtIn = rows.filter((row) => row.custom === undefined);
  const targets = builtIn.flatMap((row) => [
    row,
    ...(row.subresources ?? []).map((sub) => ({
      group: sub.group ?? row.group,
      version: sub.version ?? row.version,
      kind: sub.kind ?? row.kind,
    })),
  ]);
  const roots = targets.flatMap((target) => messageOfKind(target)?.name ?? []);
  const schemas = componentSchemas(custom.length === 0 ? roots : [...roots, metadataMessage], dialect);
  for (const row of custom) if (row.custom !== undefined) schemas.set(row.custom.component, customSchema(row, row.custom, dialect));
  const served = new Map<string, Map<string, JsonObject>>();
  for (const target of targets) {
    const message = messageOfKind(target);
    if (message === undefined) continue;
    const name = componentName(message.name);
    const known = served.get(name) ?? new Map<string, JsonObject>();
    const { group, version, kind } = target;
    served.set(name, known.set(`${group}/${version}/${kind}`, { group, version, kind }));
  }
  for (const [name, named] of served) {
    schemas.set(name, { ...schemas.get(name), 'x-kubernetes-group-version-kind': [...named.values()] });
  }
  return Object.fromEntries([...schemas].toSorted(([a], [b]) => (a < b ? -1 : 1)));
};

/**
 * The answer of `GET /openapi/v3/api/v1` or `/openapi/v3/apis/GROUP/VERSION`; undefined when no resource is of that
 * group version. Schemas have names, types and required-ness, no prose. kubectl takes three things from it: the
 * patch operation's group version kind, its `fieldValidation` parameter, and the fields for `explain`.
 */
export const openApiDocument = (group: string, version: string, resources: readonly OpenApiResource[]): JsonObject | undefined => {
  const rows = rowsOf(group, version, resources);
  if (rows.length === 0) return undefined;
  return {
    openapi: '3.0.0',
    info: { title: 'Kubernetes', version: 'unversioned' },
    paths: Object.fromEntries(rows.flatMap(resourcePaths)),
    components: { schemas: schemasOf(rows, openApi3) },
  };
};

/** Hashing every document takes tens of milliseconds: once for each group version that is built in. */
const hashes = new WeakMap<OpenApiResource, string>();

const hashOf = (first: OpenApiResource, resources: readonly OpenApiResource[]): string => {
  const known = hashes.get(first);
  if (known !== undefined) return known;
  const document = JSON.stringify(openApiDocument(first.group, first.version, resources));
  const hash = createHash('sha256').update(document).digest('hex').toUpperCase();
  if (first.custom === undefined) hashes.set(first, hash);
  return hash;
};

/** The answer of `GET /openapi/v3`. Each URL carries a hash of its document, so that clients may cache it for ever. */
export const openApiIndex = (resources: readonly OpenApiResource[]): JsonObject => {
  const versions = new Map(resources.map((row) => [groupPath(row.group, row.version), row]));
  return {
    paths: Object.fromEntries(
      [...versions].map(([path, row]) => [path.slice(1), { serverRelativeURL: `/openapi/v3${path}?hash=${hashOf(row, resources)}` }]),
    ),
  };
};

/**
 * The answer of `GET /openapi/v2`: the schemas of all resources. Its paths are left out: its only readers are clients that check
 * objects against schemas (kubectl, for a `List`), and they take whatever concerns requests from OpenAPI 3.
 */
export const swaggerDocument = (resources: readonly OpenApiResource[]): JsonObject => ({
  swagger: '2.0',
  info: { title: 'Kubernetes', version: 'unversioned' },
  paths: {},
  definitions: schemasOf(resources, swagger2),
});
