import type { Json, JsonObject } from '@podpass/kernel';
import type { OpenApiResource } from '../types.ts';
import { messageOfKind } from '../schema.ts';
import { componentRef } from './names.ts';

const queryParameter = (name: string, type = 'string'): JsonObject => ({ name, in: 'query', schema: { type, uniqueItems: true } });
const pathParameter = (name: string): JsonObject => ({ name, in: 'path', required: true, schema: { type: 'string', uniqueItems: true } });

const writeParameters = [queryParameter('dryRun'), queryParameter('fieldManager'), queryParameter('fieldValidation')];
const patchParameters = [...writeParameters, queryParameter('force', 'boolean')];
const listParameters = ['continue', 'fieldSelector', 'labelSelector', 'resourceVersion', 'resourceVersionMatch'].map((name) =>
  queryParameter(name),
);

const patchTypes = [
  'application/json-patch+json',
  'application/merge-patch+json',
  'application/strategic-merge-patch+json',
  'application/apply-patch+yaml',
];

interface Target extends Pick<OpenApiResource, 'custom'> {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

const schemaOf = (target: Target): Json => {
  if (target.custom !== undefined) return { $ref: `#/components/schemas/${target.custom.component}` };
  const message = messageOfKind(target);
  return message === undefined ? { type: 'object' } : componentRef(message.name);
};

const operation = (action: string, target: Target, parameters: readonly JsonObject[]): JsonObject => {
  // Strategic merge needs the merge keys of built-in kinds.
  const patches = target.custom === undefined ? patchTypes : patchTypes.filter((type) => !type.includes('strategic'));
  const content = { 'application/json': { schema: schemaOf(target) } };
  const body =
    action === 'patch'
      ? { requestBody: { content: Object.fromEntries(patches.map((type) => [type, { schema: { type: 'object' } }])), required: true } }
      : action === 'post' || action === 'put'
        ? { requestBody: { content: { '*/*': { schema: schemaOf(target) } }, required: true } }
        : {};
  return {
    parameters,
    ...body,
    responses: { '200': { description: 'OK', content }, '401': { description: 'Unauthorized' } },
    'x-kubernetes-action': action,
    'x-kubernetes-group-version-kind': { group: target.group, version: target.version, kind: target.kind },
  };
};

const methods: readonly (readonly [method: string, verb: string, action: string, parameters: readonly JsonObject[]])[] = [
  ['get', 'get', 'get', []],
  ['put', 'update', 'put', writeParameters],
  ['patch', 'patch', 'patch', patchParameters],
  [
    'delete',
    'delete',
    'delete',
    [queryParameter('dryRun'), queryParameter('gracePeriodSeconds', 'integer'), queryParameter('propagationPolicy')],
  ],
];

const collectionMethods: typeof methods = [
  ['get', 'list', 'list', listParameters],
  ['post', 'create', 'post', writeParameters],
  ['delete', 'deletecollection', 'deletecollection', listParameters],
];

const operations = (rows: typeof methods, verbs: readonly string[], target: Target): JsonObject =>
  Object.fromEntries(
    rows
      .filter(([, verb]) => verbs.includes(verb))
      .map(([method, , action, parameters]) => [method, operation(action, target, parameters)]),
  );

/** `/api/v1` or `/apis/apps/v1`. */
export const groupPath = (group: string, version: string): string => (group === '' ? `/api/${version}` : `/apis/${group}/${version}`);

/** The paths of one resource, each with its operations. */
export const resourcePaths = (row: OpenApiResource): [string, JsonObject][] => {
  const root = groupPath(row.group, row.version);
  const scope = row.namespaced ? '/namespaces/{namespace}' : '';
  const collection = `${root}${scope}/${row.resource}`;
  const scopeParameters = row.namespaced ? [pathParameter('namespace')] : [];
  const itemParameters = [pathParameter('name'), ...scopeParameters];
  const paths: [string, JsonObject][] = [
    [collection, { ...operations(collectionMethods, row.verbs, row), parameters: scopeParameters }],
    [`${collection}/{name}`, { ...operations(methods, row.verbs, row), parameters: itemParameters }],
  ];
  for (const sub of row.subresources ?? []) {
    const target: Target = {
      group: sub.group ?? row.group,
      version: sub.version ?? row.version,
      kind: sub.kind ?? row.kind,
      ...(row.custom === undefined ? {} : { custom: row.custom }),
    };
    const verbs = sub.verbs ?? ['get', 'update', 'patch'];
    const posts: JsonObject = verbs.includes('create') ? { post: operation('post', target, writeParameters) } : {};
    paths.push([`${collection}/{name}/${sub.name}`, { ...operations(methods, verbs, target), ...posts, parameters: itemParameters }]);
  }
  return paths.filter(([, item]) => Object.keys(item).length > 1);
};
