import {
  anything,
  azureTime,
  dictionary,
  invalidBody,
  list,
  operationWithBody,
  optional,
  parseId,
  record,
  stamp,
  text,
  unsupported,
  word,
  type ArmRequest,
  type Shaped,
} from '@podpass/arm';
import { isObject, newGuid } from '@podpass/kernel';
import { assignmentBody, type Assignment } from './assignment.ts';
import { tellClusters } from './changed.ts';
import { findDefinition, type PolicyDefinition } from './definitions/index.ts';
import type { PolicyProviderDependencies } from './dependencies.ts';
import { fail } from './errors.ts';
import { checkParameters } from './parameters.ts';
import { requireScope, scopeOf } from './scope.ts';
import { assignmentId, limits, paths } from './wire.ts';

const isEmpty = (value: unknown) => Array.isArray(value) && value.length === 0;
const isNone = (value: unknown) => isObject(value) && String(value['type']).toLowerCase() === 'none';
const isOff = (value: unknown) => isObject(value) && value['enabled'] !== true;

const properties = record({
  policyDefinitionId: text({ max: 400 }),
  definitionVersion: optional(text({ max: 40 }), { emptyToo: true }),
  displayName: optional(text({ max: limits.displayName })),
  description: optional(text({ max: limits.description })),
  enforcementMode: optional(word(['Default', 'DoNotEnforce'])),
  parameters: optional(dictionary(record({ value: anything() }), 50)),
  metadata: optional(dictionary(anything(), 100)),
  notScopes: optional(list(text({ max: 1_000 }), limits.notScopes)),
  nonComplianceMessages: optional(
    list(record({ message: text({ max: limits.message }), policyDefinitionReferenceId: optional(text()) }), 20),
  ),
  overrides: unsupported('is not supported: Podpass does not override effects', isEmpty),
  resourceSelectors: unsupported('is not supported: Podpass does not roll policies out in steps', isEmpty),
  selfServeExemptionSettings: unsupported('is not supported: Podpass has no exemptions', isOff),
});

const body = record({
  identity: unsupported('is not supported: no policy of Podpass acts with an identity', isNone),
  location: optional(text({ max: 90 })),
  properties,
});
type Given = Shaped<typeof properties>;

const requireName = (name: string): void => {
  if (name.length > limits.name || /[#<>%&\\?/]|[. ]$/.test(name))
    throw fail('InvalidPolicyAssignmentName', { assignment: name, limit: limits.name });
};

const definitionOf = (id: string, assignment: string): PolicyDefinition => {
  const [, type = '', name = ''] =
    /\/providers\/Microsoft\.Authorization\/(policyDefinitions|policySetDefinitions)\/([^/]+)$/i.exec(id) ?? [];
  if (type === '') throw fail('InvalidPolicyDefinitionReference', { assignment, definition: id });
  if (type.toLowerCase() === 'policysetdefinitions') throw fail('InitiativeNotSupported', { definition: id });
  // Built-in definitions belong to the tenant: under a subscription there are only definitions of its own.
  const builtIn = id.toLowerCase().startsWith('/providers/microsoft.authorization/');
  const definition = builtIn ? findDefinition(name) : undefined;
  if (definition === undefined) throw fail('PolicyDefinitionNotFound', { definition: name });
  return definition;
};

/** Versions are given as `6.2.0`, `6.2.*` or `6.*.*`; a pattern that fits is kept. */
const versionOf = (definition: PolicyDefinition, wanted: string | undefined): string => {
  const [major = '', minor = ''] = definition.version.split('.');
  const known = [`${major}.*.*`, `${major}.${minor}.*`, definition.version];
  if (wanted === undefined) return `${major}.*.*`;
  if (known.includes(wanted)) return wanted;
  throw fail('InvalidPolicyDefinitionVersion', { version: wanted, definition: definition.name, versions: definition.version });
};

const requireNotScopes = (given: Given, scope: string): readonly string[] => {
  const wrong = (given.notScopes ?? []).find((each) => parseId(each) === undefined || each === '/' || each === '');
  if (wrong !== undefined) throw fail('InvalidPolicyAssignmentScope', { scope: wrong === '' ? scope : wrong });
  return given.notScopes ?? [];
};

/** What Azure itself writes into the metadata; what a client says there counts for nothing. */
const ownMetadata: ReadonlySet<string> = new Set(['createdBy', 'createdOn', 'updatedBy', 'updatedOn']);

const build = (request: ArmRequest, given: Given, before: Assignment | undefined): Assignment => {
  const name = request.param('policyAssignmentName');
  const scope = scopeOf(request);
  const definition = definitionOf(given.policyDefinitionId, name);
  const parameters = Object.fromEntries(Object.entries(given.parameters ?? {}).map(([key, { value }]) => [key, value]));
  const now = request.arm.clock.now();
  const metadata = Object.fromEntries(Object.entries(given.metadata ?? {}).filter(([key]) => !ownMetadata.has(key)));
  return {
    id: before?.id ?? assignmentId(scope, name),
    name: before?.name ?? name,
    tenantId: request.caller.tenantId,
    scope: before?.scope ?? scope,
    definition: definition.name,
    definitionVersion: versionOf(definition, given.definitionVersion),
    parameters: checkParameters(definition, { assignment: name, parameters }),
    displayName: given.displayName,
    description: given.description,
    metadata,
    enforcementMode: given.enforcementMode ?? 'Default',
    notScopes: requireNotScopes(given, scope),
    messages: (given.nonComplianceMessages ?? []).map(({ message }) => message),
    instanceId: before?.instanceId ?? newGuid(),
    createdBy: before?.createdBy ?? request.caller.objectId,
    createdOn: before?.createdOn ?? azureTime(now),
    updatedBy: before === undefined ? undefined : request.caller.objectId,
    updatedOn: before === undefined ? undefined : azureTime(now),
    system: stamp(request.caller, azureTime(now), before?.system),
  };
};

/** A deletion of the scope that ran meanwhile has not seen the new assignment: it must not wait there for the next one of that name. */
const requireScopeStill = async (request: ArmRequest, undo: () => Promise<void>): Promise<void> => {
  try {
    requireScope(request);
  } catch (gone) {
    await undo();
    throw gone;
  }
};

/** 201 on creation and on replacement, as Azure answers. */
export const assignmentPut = (dependencies: PolicyProviderDependencies) =>
  operationWithBody({
    name: 'PolicyAssignments_Create',
    method: 'PUT',
    path: paths.assignment,
    access: { kind: 'action', action: 'Microsoft.Authorization/policyAssignments/write' },
    needsGroup: false,
    body,
    invalid: invalidBody('InvalidRequestContent', 'The request content was invalid'),
    handler: async (request, given) => {
      const { assignments } = dependencies;
      const { tenantId } = request.caller;
      requireName(request.param('policyAssignmentName'));
      requireScope(request);
      const before = assignments.get(tenantId, assignmentId(scopeOf(request), request.param('policyAssignmentName')));
      const assignment = build(request, given.properties, before);
      if (before === undefined && assignments.list(tenantId, assignment.scope).length >= limits.assignments)
        throw fail('PolicyAssignmentLimitExceeded', { limit: limits.assignments });
      await assignments.put(assignment);
      await requireScopeStill(request, () => assignments.delete(assignment.id));
      await tellClusters(request, dependencies);
      return { status: 201, body: assignmentBody(assignment) };
    },
  });
