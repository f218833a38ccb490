import { idKey, invalidBody, operation, operationWithBody, record, unsupported, type Access, type ArmRequest } from '@podpass/arm';
import { isObject } from '@podpass/kernel';
import { assignmentBody, type Assignment } from './assignment.ts';
import { tellClusters } from './changed.ts';
import type { PolicyProviderDependencies } from './dependencies.ts';
import { fail } from './errors.ts';
import { readAssignmentFilter } from './filter.ts';
import { scopeOf } from './scope.ts';
import { assignmentId, definitionId, paths, types } from './wire.ts';

const may = (verb: string): Access => ({ kind: 'action', action: `${types.assignment}/${verb}` });

const find = (request: ArmRequest, { assignments }: PolicyProviderDependencies): Assignment | undefined =>
  assignments.get(request.caller.tenantId, assignmentId(scopeOf(request), request.param('policyAssignmentName')));

const require = (request: ArmRequest, dependencies: PolicyProviderDependencies): Assignment => {
  const row = find(request, dependencies);
  if (row === undefined) throw fail('PolicyAssignmentNotFound', { assignment: request.param('policyAssignmentName') });
  return row;
};

export const assignmentGet = (dependencies: PolicyProviderDependencies) =>
  operation({
    name: 'PolicyAssignments_Get',
    method: 'GET',
    path: paths.assignment,
    access: may('read'),
    handler: async (request) => ({ status: 200, body: assignmentBody(require(request, dependencies)) }),
  });

export const assignmentsList = (dependencies: PolicyProviderDependencies) =>
  operation({
    name: 'PolicyAssignments_ListForScope',
    method: 'GET',
    path: paths.assignments,
    access: may('read'),
    handler: async (request) => {
      const { kind, definitionId: wanted } = readAssignmentFilter(request.query.get('$filter'));
      const options = { above: kind !== 'exact', below: kind === 'all' };
      const rows = dependencies.assignments.list(request.caller.tenantId, scopeOf(request), options);
      const found = rows.filter((row) => wanted === undefined || idKey(definitionId(row.definition)) === wanted);
      return { status: 200, body: { value: found.map(assignmentBody) } };
    },
  });

const isEmpty = (value: unknown) => Array.isArray(value) && value.length === 0;
const isNone = (value: unknown) => isObject(value) && String(value['type']).toLowerCase() === 'none';
const patch = record({
  identity: unsupported('is not supported', isNone),
  properties: {
    read(value, path, problems) {
      if (value === undefined || value === null) return undefined;
      return record(
        { overrides: unsupported('is not supported', isEmpty), resourceSelectors: unsupported('is not supported', isEmpty) },
        { closed: true },
      ).read(value, path, problems);
    },
  },
});

/** A patch can change only what Podpass refuses; an empty one changes nothing. */
export const assignmentPatch = (dependencies: PolicyProviderDependencies) =>
  operationWithBody({
    name: 'PolicyAssignments_Update',
    method: 'PATCH',
    path: paths.assignment,
    access: may('write'),
    body: patch,
    invalid: (problems) => fail('UnsupportedUpdate', {}, { details: invalidBody('InvalidRequestContent')(problems).details }),
    handler: async (request) => ({ status: 200, body: assignmentBody(require(request, dependencies)) }),
  });

/** 200 with what was deleted, 204 when there was nothing. */
export const assignmentDelete = (dependencies: PolicyProviderDependencies) =>
  operation({
    name: 'PolicyAssignments_Delete',
    method: 'DELETE',
    path: paths.assignment,
    access: may('delete'),
    needsGroup: false,
    handler: async (request) => {
      const row = find(request, dependencies);
      if (row === undefined) return { status: 204 };
      await dependencies.assignments.delete(row.id);
      await tellClusters(request, dependencies);
      return { status: 200, body: assignmentBody(row) };
    },
  });
