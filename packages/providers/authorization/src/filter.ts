import { fail } from './errors.ts';

export interface AssignmentFilter {
  readonly atScope: boolean;
  /** Lower-case object id: the assignments of this principal itself. */
  readonly principalId: string | undefined;
  /** Lower-case object id: those of this principal and of its groups. */
  readonly assignedTo: string | undefined;
}

/** Characters of a filter; the patterns below take longer than linear time. */
const longest = 2000;

const refuse = (text: string, supported: string) => fail('UnsupportedFilter', { filter: text.slice(0, 200), supported });

const supported = "Supported are atScope(), principalId eq 'id', assignedTo('id'), and atScope() with one of them.";
const atScope = /^atScope\(\)$/i;
const principal = /^(?:principalId\s+eq\s+'([^']{1,64})'|assignedTo\('([^']{1,64})'\))$/i;

/**
 * Filters of the list of role assignments: `principalId` finds what a principal holds itself, `assignedTo` also what it holds through its
 * groups, at any depth. Anything else is refused: an ignored filter would show too much, or the wrong thing.
 * https://learn.microsoft.com/azure/role-based-access-control/role-assignments-list-rest
 */
export const readAssignmentFilter = (text: string | null): AssignmentFilter => {
  if (text !== null && text.length > longest) throw refuse(text, supported);
  const parts = (text ?? '').split(/\s+and\s+/i).map((part) => part.trim());
  let filter: AssignmentFilter = { atScope: false, principalId: undefined, assignedTo: undefined };
  for (const part of parts) {
    if (part === '' && parts.length === 1) continue;
    const [matched, principalId, assignedTo] = principal.exec(part) ?? [];
    if (atScope.test(part)) filter = { ...filter, atScope: true };
    else if (matched !== undefined && filter.principalId === undefined && filter.assignedTo === undefined)
      filter = { ...filter, principalId: principalId?.toLowerCase(), assignedTo: assignedTo?.toLowerCase() };
    else throw refuse(text ?? '', supported);
  }
  return filter;
};

export interface DefinitionFilter {
  readonly roleName: string | undefined;
  /** Lower case: `builtinrole` or `customrole`. */
  readonly type: string | undefined;
}

const supportedForDefinitions = "Supported are roleName eq 'name' and type eq 'BuiltInRole'.";
const clause = /^(roleName|type)\s+eq\s+'((?:[^']|'')*)'$/i;

/** Filters of the list of role definitions: by name and by type; `atScopeAndBelow()` changes nothing for built-in roles. */
export const readDefinitionFilter = (text: string | null): DefinitionFilter => {
  let filter: DefinitionFilter = { roleName: undefined, type: undefined };
  if (text === null || text.trim() === '') return filter;
  if (text.length > longest) throw refuse(text, supportedForDefinitions);
  for (const part of text.trim().split(/\s+and\s+(?=roleName\s|type\s|atScope)/i)) {
    if (/^atScope(?:AndBelow)?\(\)$/i.test(part)) continue;
    const [, field, raw] = clause.exec(part) ?? [];
    if (field === undefined || raw === undefined) throw refuse(text, supportedForDefinitions);
    const value = raw.replaceAll("''", "'");
    filter = field.toLowerCase() === 'type' ? { ...filter, type: value.toLowerCase() } : { ...filter, roleName: value };
  }
  return filter;
};
