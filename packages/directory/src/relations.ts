import { derived } from '@podpass/kernel';
import type { Operation } from '@podpass/store';
import { transactionOf } from '@podpass/store';
import type { Directory, Relation } from './directory-types.ts';
import { guards, joined } from './keys.ts';
import { mostOwners } from './limits.ts';
import { requireObject, writeBetween, type ObjectKind } from './objects.ts';
import { conflict, invalid } from './rules/problems.ts';
import type { Edge, EdgeTable, State } from './state.ts';
import type { DirectoryObject } from './types.ts';

type RelationName = 'members' | 'owners';

/** Which objects can stand at either end. */
const kinds: Readonly<Record<RelationName, { readonly object: readonly ObjectKind[]; readonly member: readonly ObjectKind[] }>> = {
  members: { object: ['group'], member: ['user', 'group', 'servicePrincipal'] },
  owners: { object: ['group', 'application', 'servicePrincipal'], member: ['user', 'servicePrincipal'] },
};

/** Throws KernelError `invalid` when an object of this kind cannot stand there. */
const checkKind = (name: RelationName, end: 'object' | 'member', { kind, value }: DirectoryObject): void => {
  if (!kinds[name][end].includes(kind)) throw invalid(name, `The object ${value.id} cannot stand in '${name}'.`, 'InvalidReference');
};

/** The operations that give a new object its first members and owners, of those that exist. Throws KernelError `invalid` for wrong kinds and too many. */
export const firstEdges = (
  state: State,
  { tenantId, id }: { readonly tenantId: string; readonly id: string },
  ends: { readonly members?: readonly string[]; readonly owners?: readonly string[] },
): readonly Operation[] => {
  const { members = [], owners = [] } = ends;
  if (owners.length > mostOwners) throw invalid('owners', `An object has at most ${mostOwners} owners.`);
  const edgesOf = (name: RelationName, table: EdgeTable, ids: readonly string[]) =>
    ids.map((memberId) => {
      const member = requireObject(state, tenantId, memberId);
      checkKind(name, 'member', member);
      const edge: Edge = { tenantId, objectId: id, memberId: member.value.id };
      return table.written.putOperation(joined(tenantId, id, edge.memberId), edge);
    });
  return [...edgesOf('members', state.members, members), ...edgesOf('owners', state.owners, owners)];
};

/** Ids in lower case, each once. */
export const distinctIds = (ids: readonly string[]): readonly string[] => [...new Set(ids.map((id) => id.toLowerCase()))];

const relation = (state: State, name: RelationName, guard: (edge: Edge, member: DirectoryObject) => Guard | undefined): Relation => {
  const table = state[name];
  const memberIds = derived((edges: readonly Edge[]) => edges.map(({ memberId }) => memberId).toSorted());
  const objectIds = derived((edges: readonly Edge[]) => edges.map(({ objectId }) => objectId).toSorted());
  return {
    of: (tenantId, objectId) => memberIds(table.byObject(joined(tenantId, objectId))),
    ofMember: (tenantId, memberId) => objectIds(table.byMember(joined(tenantId, memberId))),
    has: (tenantId, objectId, memberId) => table.read.get(joined(tenantId, objectId, memberId)) !== undefined,
    async add(tenantId, objectId, memberId) {
      const [object, member] = [requireObject(state, tenantId, objectId), requireObject(state, tenantId, memberId)];
      checkKind(name, 'object', object);
      checkKind(name, 'member', member);
      const edge: Edge = { tenantId: object.value.tenantId, objectId: object.value.id, memberId: member.value.id };
      const id = joined(edge.tenantId, edge.objectId, edge.memberId);
      const key = table.written.key(id);
      const guarded = guard(edge, member);
      const also = guarded ? [key, state.guards.written.key(guarded.id)] : [key];
      await writeBetween(state, { tenantId, ids: [objectId, memberId], also }, (exists) => {
        if (exists(key)) throw conflict(name, `The object is among the ${name} already.`, 'ReferenceExists');
        guarded?.check();
        const put = table.written.putOperation(id, edge);
        return guarded ? [put, state.guards.written.putOperation(guarded.id, {})] : [put];
      });
    },
    async remove(tenantId, objectId, memberId) {
      const operation = table.written.deleteOperation(joined(tenantId, objectId, memberId));
      return (await state.store.txn(transactionOf([operation]))).events.length > 0;
    },
  };
};

/** A rule over several edges: writers that could break it together all write the same guard. */
interface Guard {
  readonly id: string;
  readonly check: () => void;
}

/** Owners of groups, applications and service principals. */
export const ownerActions = (state: State): Directory['owners'] =>
  relation(state, 'owners', ({ tenantId, objectId }) => ({
    id: guards.owners(tenantId, objectId),
    check() {
      if (state.owners.byObject(joined(tenantId, objectId)).length >= mostOwners) {
        throw invalid('owners', `An object has at most ${mostOwners} owners.`);
      }
    },
  }));

/** Members of groups. A group that joins a group must not contain it. */
export const memberActions = (state: State): Directory['members'] => {
  const { members } = state;
  const up = (key: string) => members.byMember(key).map(({ tenantId, objectId }) => joined(tenantId, objectId));
  const down = (key: string) => members.byObject(key).map(({ tenantId, memberId }) => joined(tenantId, memberId));
  const onChange = (forget: () => void) => members.read.onChange(forget);
  const groupsOf = remembered(onChange, up);
  const membersOf = remembered(onChange, down);
  const guard = ({ tenantId, objectId, memberId }: Edge, member: DirectoryObject): Guard | undefined =>
    member.kind === 'group'
      ? {
          id: guards.nesting(tenantId),
          check() {
            if (objectId === memberId || groupsOf(joined(tenantId, objectId)).includes(memberId)) {
              throw invalid('members', 'A group cannot be its own member, directly or through groups.', 'CircularMembership');
            }
          },
        }
      : undefined;
  return {
    ...relation(state, 'members', guard),
    transitiveGroupsOf: (tenantId, memberId) => groupsOf(joined(tenantId, memberId)),
    transitiveMembersOf: (tenantId, groupId) => membersOf(joined(tenantId, groupId)),
  };
};

/**
 * Walks that are remembered, and ids in all of them together, at most; then all are forgotten, as they are with any change of a membership. The number of walks
 * alone would be no bound: in a chain of groups the walks together are as long as the chain squared, and every member may make groups.
 */
export const mostRemembered = { walks: 10_000, ids: 500_000 } as const;

/** Ids of everything that can be reached, each once and in order. Takes and visits ids of tenant and object. */
export const remembered = (
  onChange: (forget: () => void) => unknown,
  step: (key: string) => readonly string[],
): ((key: string) => readonly string[]) => {
  const known = new Map<string, readonly string[]>();
  let held = 0;
  const forget = () => {
    known.clear();
    held = 0;
  };
  onChange(forget);
  return (key) => {
    const found = known.get(key);
    if (found) return found;
    const reached = new Set<string>();
    const open = [...step(key)];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (reached.has(next)) continue;
      reached.add(next);
      open.push(...step(next));
    }
    const ids = [...reached].map((each) => each.slice(each.indexOf('/') + 1)).toSorted();
    if (known.size >= mostRemembered.walks || held + ids.length > mostRemembered.ids) forget();
    if (ids.length > mostRemembered.ids) return ids;
    known.set(key, ids);
    held += ids.length;
    return ids;
  };
};
