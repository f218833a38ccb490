import type { Definitions, RoleDefinition } from '../types.ts';
import { general } from './general.ts';
import { identity } from './identity.ts';
import { keyVault } from './key-vault.ts';
import { kubernetes } from './kubernetes.ts';
import { policy } from './policy.ts';

/**
 * The built-in roles. `Key Vault Data Access Administrator` is left out on purpose: Azure limits it by an attribute
 * condition, and without evaluating that condition the role would let its holder assign every role there is.
 */
export const builtInRoles: readonly RoleDefinition[] = [...general, ...keyVault, ...identity, ...kubernetes, ...policy];

const ids = new Map(builtInRoles.map((definition) => [definition.id, definition]));
const names = new Map(builtInRoles.map((definition) => [definition.roleName.toLowerCase(), definition]));

export const builtInDefinitions: Definitions = {
  byId: (id) => ids.get(id.toLowerCase()),
  byName: (name) => names.get(name.toLowerCase()),
  list: () => builtInRoles,
};
