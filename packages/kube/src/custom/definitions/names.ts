import { fields, nameOf, specOf, strings, text } from '../../object/read.ts';
import type { Fields, KubeObject } from '../../object/types.ts';
import type { Catalogue } from '../../resources/catalogue.ts';
import type { Condition } from './conditions.ts';

/** What a definition gets of the names that it asks for. */
export interface NameVerdict {
  readonly accepted: Fields;
  readonly condition: Condition;
}

/** Names that other definitions of the group answer to: those of resources, and those of kinds. */
const taken = (catalogue: Catalogue, group: string, self: string): { resources: Set<string>; kinds: Set<string> } => {
  const resources = new Set<string>();
  const kinds = new Set<string>();
  for (const row of catalogue.stored) {
    if (row.group !== group || row.custom?.definition === self) continue;
    for (const name of [row.resource, row.singular, ...row.shortNames]) resources.add(name);
    for (const name of [row.kind, row.custom?.listKind ?? `${row.kind}List`]) kinds.add(name);
  }
  return { resources, kinds };
};

const conflict = (reason: string, name: string) => ({ reason, message: `${JSON.stringify(name)} is already in use` });

/**
 * Decides on the names of a definition: a name that another definition of the group answers to is not accepted, the others are.
 * Source: https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/ and the naming controller's texts.
 */
export const judgeNames = (definition: KubeObject, catalogue: Catalogue): NameVerdict => {
  const spec = specOf(definition);
  const names = fields(spec['names']);
  const used = taken(catalogue, text(spec['group']), nameOf(definition));
  const conflicts: { reason: string; message: string }[] = [];
  const accepted: Fields = { plural: '', kind: '' };
  const take = (member: string, set: ReadonlySet<string>, reason: string) => {
    const name = text(names[member]);
    if (name === '') return;
    if (set.has(name)) conflicts.push(conflict(reason, name));
    else accepted[member] = name;
  };
  take('plural', used.resources, 'PluralConflict');
  take('singular', used.resources, 'SingularConflict');
  const shortNames = strings(names['shortNames']);
  const short = shortNames.filter((name) => used.resources.has(name));
  if (short.length > 0) conflicts.push(...short.map((name) => conflict('ShortNamesConflict', name)));
  else if (shortNames.length > 0) accepted['shortNames'] = shortNames;
  take('kind', used.kinds, 'KindConflict');
  take('listKind', used.kinds, 'ListKindConflict');
  const categories = strings(names['categories']);
  if (categories.length > 0) accepted['categories'] = categories;
  const [first] = conflicts;
  const condition: Condition =
    first === undefined
      ? { type: 'NamesAccepted', status: 'True', reason: 'NoConflicts', message: 'no conflicts found' }
      : { type: 'NamesAccepted', status: 'False', reason: first.reason, message: conflicts.map(({ message }) => message).join(', ') };
  return { accepted, condition };
};
