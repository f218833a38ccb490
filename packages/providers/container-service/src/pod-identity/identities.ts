import { assignAction, identityType, parseId, typeOf, type ArmServices, type IdentityState, type Resource } from '@podpass/arm';
import type { Caller } from '@podpass/directory';
import type { Cluster } from '../cluster.ts';

/** The user-assigned identity with this id in the cluster's own tenant; undefined for every other text. */
export const findIdentity = (arm: Pick<ArmServices, 'resources'>, cluster: Cluster, id: string): Resource<IdentityState> | undefined => {
  const parsed = parseId(id);
  if (parsed?.kind !== 'resource' || typeOf(parsed).toLowerCase() !== identityType.toLowerCase()) return undefined;
  const identity = arm.resources.of<IdentityState>(identityType).get(id);
  return identity?.tenantId === cluster.tenantId ? identity : undefined;
};

/** The cluster's own identity, by which it asks Azure for things; undefined when its principal is gone. */
const clusterCaller = (arm: Pick<ArmServices, 'directory'>, { state, tenantId, id }: Cluster): Caller | undefined => {
  const principal = arm.directory.servicePrincipals.byId(tenantId, state.principalId ?? state.identities[0]?.principalId ?? '');
  if (principal === undefined) return undefined;
  return {
    tenantId,
    objectId: principal.id,
    appId: principal.appId,
    kind: 'app',
    userPrincipalName: undefined,
    label: principal.appId,
    issuer: '',
    audience: '',
    managedIdentity: principal.resourceId ?? id,
    claims: {},
  };
};

/**
 * Whether the cluster may assign the identity to its nodes, which is what `Managed Identity Operator` allows. It is the
 * cluster's identity that needs it, not the client's.
 */
export const mayAssign = (arm: Pick<ArmServices, 'directory' | 'access'>, cluster: Cluster, identity: Pick<Resource, 'id'>): boolean => {
  const caller = clusterCaller(arm, cluster);
  return caller !== undefined && arm.access.check({ caller, action: assignAction, scope: identity.id, plane: 'control' }).allowed;
};
