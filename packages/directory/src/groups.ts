import { newGuid } from '@podpass/kernel';
import { deleteObject } from './deletion.ts';
import type { Directory } from './directory-types.ts';
import { joined } from './keys.ts';
import { groupLimits } from './limits.ts';
import { updateIn, writeBetween } from './objects.ts';
import { distinctIds, firstEdges } from './relations.ts';
import { groupRules } from './rules/group.ts';
import { invalid } from './rules/problems.ts';
import { changeProperties } from './rules/properties.ts';
import type { State } from './state.ts';
import { pageOf } from './table.ts';
import { requireTenant } from './tenants.ts';
import type { Group } from './types.ts';

/** Security groups. Their names need not be unique. */
export const groupActions = (state: State): Directory['groups'] => {
  const { groups, store } = state;
  return {
    byId: (tenantId, id) => groups.read.get(joined(tenantId, id)),
    list: (tenantId) => groups.byTenant(tenantId.toLowerCase()),
    page: (tenantId, page) => pageOf(store, groups, tenantId, page),
    count: (tenantId) => groups.count(tenantId),
    async create({ tenantId, displayName, mailNickname, description, owners = [], members = [] }) {
      const tenant = requireTenant(state, tenantId);
      const bare: Group = {
        id: newGuid(),
        tenantId: tenant.id,
        displayName,
        mailNickname,
        securityEnabled: true,
        createdDateTime: state.clock.date().toISOString(),
      };
      const given = { displayName, mailNickname, ...(description === undefined ? {} : { description }) };
      const group = changeProperties(bare, given, groupRules);
      const ends = { owners: distinctIds(owners), members: distinctIds(members) };
      if (ends.members.length > groupLimits.initialRelations) throw invalid('members', 'A new group has too many members.');
      const ids = distinctIds([...ends.owners, ...ends.members]);
      await writeBetween(state, { tenantId: tenant.id, ids }, () => [
        groups.written.putOperation(joined(tenant.id, group.id), group),
        ...firstEdges(state, group, ends),
      ]);
      return group;
    },
    update: (tenantId, id, changes) =>
      updateIn(state, groups, { id: joined(tenantId, id) }, (present) => ({ value: changeProperties(present, changes, groupRules) })),
    async delete(tenantId, id) {
      return groups.read.get(joined(tenantId, id)) ? deleteObject(state, tenantId, id) : false;
    },
  };
};
