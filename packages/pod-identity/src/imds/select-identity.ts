import type { IdentitySelector, MetadataAnswer, VmIdentity } from '../types.ts';
import { refusal } from './errors.ts';
import { selectorParameters } from './wire.ts';

/** Reads which identity a request names. Empty values count as absent; more than one name is refused. */
export const readSelector = (query: URLSearchParams): IdentitySelector | MetadataAnswer => {
  const given = selectorParameters.filter((name) => query.get(name));
  if (given.length > 1) return refusal.severalSelectors();
  const [name] = given;
  if (name === undefined) return {};
  const value = query.get(name) ?? '';
  if (name === 'client_id') return { clientId: value };
  return name === 'object_id' || name === 'principal_id' ? { objectId: value } : { resourceId: value };
};

/** Ids of Azure are compared without case. */
const same = (one: string, other: string): boolean => one === other || one.toLowerCase() === other.toLowerCase();

const named = ({ clientId, objectId, resourceId }: IdentitySelector): ((identity: VmIdentity) => boolean) | undefined => {
  if (clientId !== undefined) return (identity) => same(identity.clientId, clientId);
  if (objectId !== undefined) return (identity) => same(identity.principalId, objectId);
  if (resourceId !== undefined) return (identity) => identity.resourceId !== undefined && same(identity.resourceId, resourceId);
  return undefined;
};

/**
 * Chooses among the machine's identities: the named one; without a name the system-assigned one, else the only one.
 * Source: "How to use managed identities on an Azure VM to acquire an access token", the rules for defaults.
 */
export const selectIdentity = (identities: readonly VmIdentity[], selector: IdentitySelector): VmIdentity | MetadataAnswer => {
  const matches = named(selector);
  if (matches !== undefined) return identities.find(matches) ?? refusal.unknownIdentity();
  const system = identities.find(({ resourceId }) => resourceId === undefined);
  if (system !== undefined) return system;
  const [first] = identities;
  if (first === undefined) return refusal.unknownIdentity();
  return identities.length > 1 ? refusal.severalIdentities() : first;
};

/** Whether what was read or chosen is a refusal. */
export const isRefusal = (chosen: VmIdentity | IdentitySelector | MetadataAnswer): chosen is MetadataAnswer => 'status' in chosen;
