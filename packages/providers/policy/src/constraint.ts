import { createHash } from 'node:crypto';
import { idKey } from '@podpass/arm';
import { isObject, type Json, type JsonObject } from '@podpass/kernel';
import type { Assignment } from './assignment.ts';
import { findDefinition, type PolicyDefinition } from './definitions/index.ts';
import { valueOf } from './parameters.ts';
import { alwaysExcluded, definitionId } from './wire.ts';

/** What an assignment becomes in a cluster. The same shape as `PolicyConstraint` of the package that enforces it. */
export interface PolicyConstraint {
  readonly kind: string;
  readonly name: string;
  readonly parameters: JsonObject;
  readonly match: {
    readonly excludedNamespaces: readonly string[];
    readonly namespaces: readonly string[];
    readonly labelSelector: JsonObject;
  };
  readonly enforcementAction: 'deny' | 'dryrun' | 'warn';
  readonly annotations: Readonly<Record<string, string>>;
}

/** Characters of a constraint's name, which is also a label value. */
const longestName = 63;

const nameOf = ({ constraintName }: PolicyDefinition, assignment: Assignment): string => {
  const hash = createHash('sha256').update(idKey(assignment.id)).digest('hex');
  return `${constraintName}-${hash}`.slice(0, longestName);
};

/** Whether `id` is the scope or lies within it. */
export const isWithin = (id: string, scope: string): boolean => idKey(id) === idKey(scope) || idKey(id).startsWith(`${idKey(scope)}/`);

/** Whether the assignment applies to the resource. */
export const applies = (assignment: Assignment, resourceId: string): boolean =>
  isWithin(resourceId, assignment.scope) && !assignment.notScopes.some((scope) => isWithin(resourceId, scope));

const texts = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((each): each is string => typeof each === 'string') : [];

/** An assignment that is not enforced reports what it finds, without a word to anybody who writes objects. */
const actionOf = (effect: string, { warn, enforced }: { warn: boolean; enforced: boolean }): PolicyConstraint['enforcementAction'] => {
  if (!enforced) return 'dryrun';
  if (effect === 'deny') return 'deny';
  return warn ? 'warn' : 'dryrun';
};

/** The constraint of an assignment; undefined when its effect is turned off. */
export const constraintOf = (assignment: Assignment): PolicyConstraint | undefined => {
  const definition = findDefinition(assignment.definition);
  if (definition === undefined) return undefined;
  const value = (name: string) => valueOf(definition, assignment.parameters, name);
  const effect = String(value('effect')).toLowerCase();
  if (effect === 'disabled') return undefined;
  const labelSelector = value('labelSelector');
  return {
    kind: definition.constraintKind,
    name: nameOf(definition, assignment),
    parameters: Object.fromEntries(definition.values.map((name) => [name, value(name) as Json])),
    match: {
      excludedNamespaces: [...new Set([...texts(value('excludedNamespaces')), ...alwaysExcluded])],
      namespaces: texts(value('namespaces')),
      labelSelector: isObject(labelSelector) ? (labelSelector as JsonObject) : {},
    },
    enforcementAction: actionOf(effect, { warn: value('warn') === true, enforced: assignment.enforcementMode === 'Default' }),
    annotations: {
      'azure-policy-assignment-id': assignment.id,
      'azure-policy-definition-id': definitionId(definition.name),
      'azure-policy-definition-reference-id': '',
      'azure-policy-setdefinition-id': '',
      'constraint-installed-by': 'azure-policy-addon',
    },
  };
};
