import { operation, type Access, type ArmRequest } from '@podpass/arm';
import { fail } from '../errors.ts';
import { readDefinitionFilter } from '../filter.ts';
import { paths, versions, types } from '../wire.ts';
import { definitionBody } from './body.ts';
import { definitions, findDefinition } from './index.ts';

const list = (request: ArmRequest) => {
  const { policyType, category } = readDefinitionFilter(request.query.get('$filter'));
  const wanted = (policyType === undefined || policyType === 'builtin') && (category === undefined || category === 'kubernetes');
  return { status: 200, body: { value: wanted ? definitions.map(definitionBody) : [] } };
};

const get = (request: ArmRequest) => {
  const name = request.param('policyDefinitionName');
  const definition = findDefinition(name);
  if (definition === undefined) throw fail('PolicyDefinitionNotFound', { definition: name });
  return { status: 200, body: definitionBody(definition) };
};

const may = (verb: string): Access => ({ kind: 'action', action: `${types.definition}/${verb}` });

/** Built-in definitions are the same for everybody, and everybody may read them. */
const definitionsListBuiltIn = operation({
  name: 'PolicyDefinitions_ListBuiltIn',
  method: 'GET',
  path: paths.definitions,
  access: { kind: 'signed-in' },
  handler: async (request) => list(request),
});

const definitionGetBuiltIn = operation({
  name: 'PolicyDefinitions_GetBuiltIn',
  method: 'GET',
  path: paths.definition,
  access: { kind: 'signed-in' },
  handler: async (request) => get(request),
});

/** In a subscription: the built-in definitions, and those of its own, of which there are none. */
const definitionsList = operation({
  name: 'PolicyDefinitions_List',
  method: 'GET',
  path: paths.ownDefinitions,
  access: may('read'),
  handler: async (request) => list(request),
});

const definitionGet = operation({
  name: 'PolicyDefinitions_Get',
  method: 'GET',
  path: paths.ownDefinition,
  access: may('read'),
  handler: async (request) => {
    throw fail('PolicyDefinitionNotFound', { definition: request.param('policyDefinitionName') });
  },
});

const definitionPut = operation({
  name: 'PolicyDefinitions_CreateOrUpdate',
  method: 'PUT',
  path: paths.ownDefinition,
  access: may('write'),
  handler: async () => {
    throw fail('CustomDefinitionNotSupported');
  },
});

/** There is never one to delete. */
const definitionDelete = operation({
  name: 'PolicyDefinitions_Delete',
  method: 'DELETE',
  path: paths.ownDefinition,
  access: may('delete'),
  handler: async () => ({ status: 204 }),
});

export const definitionType = {
  type: 'policyDefinitions',
  apiVersions: versions,
  regional: false,
  operations: [definitionsListBuiltIn, definitionGetBuiltIn, definitionsList, definitionGet, definitionPut, definitionDelete],
};
