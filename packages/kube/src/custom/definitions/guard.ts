import { errors } from '../../errors.ts';
import { isDeleting, uidOf } from '../../object/read.ts';
import type { KubeObject } from '../../object/types.ts';
import type { Mirror } from '../../registry/mirror.ts';
import { resourceOf } from '../../resources/lookup.ts';
import type { ResourceRow } from '../../resources/types.ts';

const definitions = resourceOf('apiextensions.k8s.io', 'customresourcedefinitions');

/** The definition that a new object needs; undefined for what is built in. Throws MethodNotAllowed while it is going, NotFound once it is gone. */
export const definitionFor = (mirror: Mirror, row: ResourceRow): KubeObject | undefined => {
  if (row.custom === undefined) return undefined;
  const definition = mirror.get(definitions, '', row.custom.definition);
  // Another definition of the same name may mean something else: another scope, other versions.
  if (definition === undefined || uidOf(definition) !== row.custom.uid) throw errors.noSuchPath();
  if (isDeleting(definition)) throw errors.terminatingDefinition('create');
  return definition;
};
