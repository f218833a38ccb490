import { createHash } from 'node:crypto';
import type { JsonObject } from '@podpass/kernel';
import { messageOfKind } from '../schema.ts';
import type { OpenApiResource } from '../types.ts';
import { componentName, openApi3, swagger2, type Dialect } from './names.ts';
import { groupPath, resourcePaths } from './paths.ts';
import { componentSchemas } from './schemas.ts';

const rowsOf = (group: string, version: string, resources: readonly OpenApiResource[]) =>
  resources.filter((row) => row.group === group && row.version === version);

/** The schemas of all kinds that these resources read and write, with what they hold; sorted by name. */
const schemasOf = (rows: readonly OpenApiResource[], dialect: Dialect): JsonObject => {
  const targets = rows.flatMap((row) => [
    row,
    ...(row.subresources ?? []).map((sub) => ({
      group: sub.group ?? row.group,
      version: sub.version ?? row.version,
      kind: sub.kind ?? row.kind,
    })),
  ]);
  const schemas = componentSchemas(
    targets.flatMap((target) => messageOfKind(target)?.name ?? []),
    dialect,
  );
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

/** Hashing every document takes tens of milliseconds: once for each table of resources. */
const indexes = new WeakMap<readonly OpenApiResource[], JsonObject>();

/** The answer of `GET /openapi/v3`. Each URL carries a hash of its document, so that clients may cache it for ever. */
export const openApiIndex = (resources: readonly OpenApiResource[]): JsonObject => {
  const known = indexes.get(resources);
  if (known !== undefined) return known;
  const versions = new Map(resources.map((row) => [groupPath(row.group, row.version), row]));
  const index: JsonObject = {
    paths: Object.fromEntries(
      [...versions].map(([path, { group, version }]) => {
        const document = JSON.stringify(openApiDocument(group, version, resources));
        const hash = createHash('sha256').update(document).digest('hex').toUpperCase();
        return [path.slice(1), { serverRelativeURL: `/openapi/v3${path}?hash=${hash}` }];
      }),
    ),
  };
  indexes.set(resources, index);
  return index;
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
