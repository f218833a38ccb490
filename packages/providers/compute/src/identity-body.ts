import { anything, dictionary, optional, record, type Problem, type Shape, type Shaped } from '@podpass/arm';
import { isObject } from '@podpass/kernel';
import { maxIdentities } from './wire.ts';
import type { IdentityType } from './scale-set.ts';

const types = new Map<string, IdentityType>([
  ['none', 'None'],
  ['systemassigned', 'SystemAssigned'],
  ['userassigned', 'UserAssigned'],
  ['systemassigned,userassigned', 'SystemAssigned, UserAssigned'],
]);

/** Clients write the compound type with and without a space; some write its halves the other way round. */
const identityType: Shape<IdentityType> = {
  read(value, path, problems: Problem[]) {
    const words = typeof value === 'string' ? value.slice(0, 60).toLowerCase().split(',') : [];
    const found = types.get(
      words
        .map((word) => word.trim())
        .toSorted()
        .join(','),
    );
    if (found === undefined) problems.push({ path, message: `must be one of ${[...types.values()].join('; ')}` });
    return found;
  },
};

/** What a client says about the identity of a scale set; principalId and tenantId are read-only and passed over. */
export const identityBody = record({
  type: identityType,
  userAssignedIdentities: optional(dictionary(anything(), maxIdentities)),
});

export type IdentityBody = Shaped<typeof identityBody>;

/** What the value of an id in the map asks for: null removes, an object keeps or adds; anything else is none of both. */
export const wish = (value: unknown): 'remove' | 'keep' | undefined => {
  if (value === null) return 'remove';
  return isObject(value) ? 'keep' : undefined;
};
