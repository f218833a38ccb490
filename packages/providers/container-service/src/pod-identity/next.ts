import { featureState, idKey, type ArmServices } from '@podpass/arm';
import { randomText } from '@podpass/kernel';
import type { Cluster } from '../cluster.ts';
import { fail } from '../errors.ts';
import { podIdentity as rules } from '../wire.ts';
import type { PodIdentityBody } from './body.ts';
import { findIdentity, mayAssign } from './identities.ts';
import { entryName, type PodIdentity, type PodIdentityException, type PodIdentityProfile } from './profile.ts';

type GivenIdentity = NonNullable<PodIdentityBody['userAssignedIdentities']>[number];
type GivenException = NonNullable<PodIdentityBody['userAssignedIdentityExceptions']>[number];

interface Named {
  readonly name: string;
  readonly namespace: string;
}

const invalid = (member: string, reason: string) => fail('InvalidParameter', { parameter: `podIdentityProfile.${member}`, reason });

/** The server's own names for entries without one; how Azure makes them is not published. */
const madeName = (kind: string) => `${kind}-${randomText(8)}`;

const checkDistinct = (entries: readonly Named[], member: string): void => {
  const seen = new Set<string>();
  for (const entry of entries) {
    const name = entryName(entry);
    if (seen.has(name)) throw invalid(member, `'${name}' is given twice.`);
    seen.add(name);
  }
};

/** Everything that stands there already, with the same identity, is kept even if the identity is gone: only removing it mends that. */
const identityOf = (arm: ArmServices, cluster: Cluster, given: GivenIdentity & { readonly name: string }): PodIdentity => {
  const { name, namespace, bindingSelector, identity: wanted } = given;
  const before = cluster.state.podIdentity?.identities.find((each) => entryName(each) === entryName(given));
  const found = findIdentity(arm, cluster, wanted.resourceId);
  const isSame = before !== undefined && idKey(before.identity.resourceId) === idKey(wanted.resourceId);
  const kept = { name, namespace, bindingSelector, provisioningState: 'Updating', error: undefined } as const;
  if (found === undefined) {
    if (isSame) return { ...kept, identity: before.identity };
    throw fail('IdentityNotFound', { id: wanted.resourceId });
  }
  const identity = { resourceId: found.id, clientId: found.state.clientId, objectId: found.state.principalId };
  if (!isSame && !mayAssign(arm, cluster, found)) throw fail('PodIdentityAddonIdentitiesAssignmentError', identity);
  return { ...kept, identity };
};

const exceptionOf = (given: GivenException): PodIdentityException => ({
  name: given.name ?? madeName('exception'),
  namespace: given.namespace,
  podLabels: given.podLabels ?? {},
});

const checkKubenet = (allowed: boolean, cluster: Cluster): void => {
  if (cluster.state.network.plugin === 'kubenet' && !allowed) throw fail('PodIdentityAddonWithKubeNetNotAllowed');
};

const checkFeature = (arm: ArmServices, { subscriptionId }: Cluster): void => {
  if (featureState(arm, { subscriptionId, ...rules.feature }) !== 'Registered') throw fail('PodIdentityAddonFeatureFlagNotEnabled');
};

/**
 * The pod identity profile after a PUT of the whole cluster; undefined when the add-on is off then. A body without a profile
 * leaves the present one, `enabled: false` drops it with its lists. The feature flag counts only for turning the add-on on:
 * clusters that have it keep it. `cluster` is the one to be, with the present profile in its state.
 */
export const nextPodIdentity = (
  arm: ArmServices,
  given: PodIdentityBody | undefined,
  context: { readonly cluster: Cluster; readonly creating: boolean },
): PodIdentityProfile | undefined => {
  const { cluster, creating } = context;
  const before = cluster.state.podIdentity;
  if (given === undefined) return before;
  const wanted = given.userAssignedIdentities ?? [];
  const excepted = given.userAssignedIdentityExceptions ?? [];
  if (given.enabled !== true) {
    if (given.enabled === undefined && wanted.length + excepted.length > 0) {
      throw invalid('enabled', 'Pod identities and exceptions need the add-on to be enabled.');
    }
    return undefined;
  }
  if (before === undefined) checkFeature(arm, cluster);
  const allowKubenet = given.allowNetworkPluginKubenet ?? before?.allowKubenet ?? false;
  checkKubenet(allowKubenet, cluster);
  if (creating && wanted.length > 0) throw fail('PodIdentityAddonUserAssignedIdentitiesNotAllowedInCreation');
  const named = wanted.map((each) => ({ ...each, name: each.name ?? madeName('podidentity') }));
  checkDistinct(named, 'userAssignedIdentities');
  const exceptions = excepted.map(exceptionOf);
  checkDistinct([rules.builtInException, ...exceptions], 'userAssignedIdentityExceptions');
  return { allowKubenet, identities: named.map((each) => identityOf(arm, cluster, each)), exceptions };
};

/** Ids that only the profile before used: they leave the nodes. */
export const droppedIds = (before: PodIdentityProfile | undefined, after: PodIdentityProfile | undefined): readonly string[] => {
  const kept = new Set((after?.identities ?? []).map(({ identity }) => idKey(identity.resourceId)));
  const ids = (before?.identities ?? []).map(({ identity }) => identity.resourceId);
  return ids.filter((id) => !kept.has(idKey(id)));
};
