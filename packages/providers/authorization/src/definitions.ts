import { operation, type ArmRequest } from '@podpass/arm';
import type { RoleDefinition } from '@podpass/authorization';
import { subscriptionOf, type AuthorizationDependencies } from './assignment.ts';
import { fail } from './errors.ts';
import { readDefinitionFilter } from './filter.ts';
import { builtInDate, definitionId, paths, types } from './wire.ts';

const read = { kind: 'action', action: 'Microsoft.Authorization/roleDefinitions/read' } as const;

const body = (definition: RoleDefinition, request: ArmRequest) => ({
  id: definitionId(subscriptionOf(request), definition.id),
  name: definition.id,
  type: types.definition,
  properties: {
    roleName: definition.roleName,
    type: 'BuiltInRole',
    description: definition.description,
    assignableScopes: ['/'],
    permissions: definition.permissions,
    createdOn: builtInDate,
    updatedOn: builtInDate,
    createdBy: null,
    updatedBy: null,
  },
});

export const definitionsList = ({ authorization }: AuthorizationDependencies) =>
  operation({
    name: 'RoleDefinitions_List',
    method: 'GET',
    path: paths.definitions,
    access: read,
    handler: async (request) => {
      const { roleName, type } = readDefinitionFilter(request.query.get('$filter'));
      const named = roleName === undefined ? authorization.definitions.list() : [authorization.definitions.byName(roleName)];
      const found = type === undefined || type === 'builtinrole' ? named.flatMap((each) => (each === undefined ? [] : [each])) : [];
      return { status: 200, body: { value: found.map((definition) => body(definition, request)) } };
    },
  });

export const definitionGet = ({ authorization }: AuthorizationDependencies) =>
  operation({
    name: 'RoleDefinitions_Get',
    method: 'GET',
    path: paths.definition,
    access: read,
    handler: async (request) => {
      const id = request.param('roleDefinitionId');
      const definition = authorization.definitions.byId(id);
      if (definition === undefined) throw fail('RoleDefinitionDoesNotExist', { role: id.replaceAll('-', '') });
      return { status: 200, body: body(definition, request) };
    },
  });

const refusal = (name: string, method: 'PUT' | 'DELETE', verb: string) =>
  operation({
    name,
    method,
    path: paths.definition,
    access: { kind: 'action', action: `Microsoft.Authorization/roleDefinitions/${verb}` },
    handler: async () => {
      throw fail('CustomRoleNotSupported');
    },
  });

export const definitionPut = refusal('RoleDefinitions_CreateOrUpdate', 'PUT', 'write');
export const definitionDelete = refusal('RoleDefinitions_Delete', 'DELETE', 'delete');
