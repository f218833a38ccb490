import {
  changedIdentities,
  fail as armFail,
  idKey,
  identityType,
  parseId,
  requireAssignable,
  typeOf,
  type ArmRequest,
  type IdentityState,
  type ScaleSet,
  type ScaleSetIdentity,
} from '@podpass/arm';
import { isObject } from '@podpass/kernel';
import { fail, identityProblems } from './errors.ts';
import { wish, type IdentityBody } from './identity-body.ts';
import { hasSystem, hasUser } from './scale-set.ts';
import { actions, maxIdentities } from './wire.ts';

/** A change of a scale set's identity in which everything has been checked. */
export interface NextIdentity {
  readonly system: boolean;
  readonly identities: (present: readonly ScaleSetIdentity[]) => readonly ScaleSetIdentity[];
}

/** Ids that an entry of the map asks for; an id that is there may be echoed with its own values, and only with those. */
const sorted = (given: IdentityBody, set: ScaleSet) => {
  const present = new Map(set.state.identities.map((identity) => [idKey(identity.id), identity]));
  const add: string[] = [];
  const keep: string[] = [];
  const remove: string[] = [];
  const wrong: string[] = [];
  const seen = new Map<string, ReturnType<typeof wish>>();
  for (const [id, value] of Object.entries(given.userAssignedIdentities ?? {})) {
    const key = idKey(id);
    const wanted = wish(value);
    const before = present.get(key);
    const echoed = isObject(value)
      ? Object.entries(value).every(([name, each]) => each === null || each === before?.[name as keyof ScaleSetIdentity])
      : true;
    // Clients merge their own spelling of an id with the one they read; that is ambiguous only if they mean different things.
    const contradicts = seen.has(key) && seen.get(key) !== wanted;
    if (wanted === undefined || contradicts || !echoed) wrong.push(id);
    else if (wanted === 'remove') remove.push(id);
    else if (before === undefined) add.push(id);
    else keep.push(id);
    seen.set(key, wanted);
  }
  if (wrong.length > 0) throw fail('InvalidIdentityValues', { ids: wrong.join(',') });
  return { add, keep, remove };
};

const checkForm = (ids: readonly string[]): void => {
  for (const id of ids) {
    const parsed = parseId(id);
    const isIdentity = parsed?.kind === 'resource' && typeOf(parsed).toLowerCase() === identityType.toLowerCase();
    // The braces of Azure's own sentence are no placeholders; they stay as they are.
    if (!isIdentity || parsed.group === undefined) {
      throw fail('LinkedInvalidPropertyId', {
        id,
        subscriptionId: '{subscriptionId}',
        resourceProviderNamespace: '{resourceProviderNamespace}',
      });
    }
  }
};

/** All of them or, by one error, none. Identities of other tenants do not exist here. */
const resolve = (request: ArmRequest, ids: readonly string[], set: ScaleSet): readonly ScaleSetIdentity[] => {
  const table = request.arm.resources.of<IdentityState>(identityType);
  const found = ids.map((id) => ({ id, identity: table.get(id) }));
  const missing = found.filter(({ identity }) => identity === undefined || identity.tenantId !== set.tenantId);
  if (missing.length > 0) {
    throw fail('FailedIdentityOperation', { resource: set.id, response: identityProblems.notFound(missing.map(({ id }) => idKey(id))) });
  }
  return found.flatMap(({ id, identity }) =>
    identity === undefined ? [] : [{ id, clientId: identity.state.clientId, principalId: identity.state.principalId }],
  );
};

/**
 * The identity after a PATCH, which merges the map (`{}` adds, null removes), or a PUT, which replaces it. The type decides
 * over the rest: a type without `UserAssigned` takes all user-assigned identities away, one without `SystemAssigned` the
 * set's own. Whoever adds an identity must be allowed to assign it, which is checked before it is looked up.
 * https://learn.microsoft.com/azure/virtual-machines/managed-identities#rest
 */
export const nextIdentity = (
  request: ArmRequest,
  given: IdentityBody,
  change: { readonly set: ScaleSet; readonly replace: boolean },
): NextIdentity => {
  const { set, replace } = change;
  const { add, keep, remove } = sorted(given, set);
  checkForm([...add, ...remove]);
  const system = hasSystem(given.type);
  if (!hasUser(given.type)) {
    if (add.length + keep.length > 0) throw fail('FailedIdentityOperation', { resource: set.id, response: identityProblems.notExpected });
    return { system, identities: () => [] };
  }
  requireAssignable(request, { ids: add, action: actions.write, scope: set.id });
  const added = resolve(request, add, set);
  const kept = new Set(keep.map(idKey));
  const dropped = replace && given.userAssignedIdentities !== undefined ? ({ id }: ScaleSetIdentity) => !kept.has(idKey(id)) : () => false;
  const identities = (present: readonly ScaleSetIdentity[]) =>
    changedIdentities(present, { add: added, remove: [...remove, ...present.filter(dropped).map(({ id }) => id)] });
  const after = identities(set.state.identities).length;
  if (after === 0) throw fail('FailedIdentityOperation', { resource: set.id, response: identityProblems.expected });
  if (after > maxIdentities) throw fail('FailedIdentityOperation', { resource: set.id, response: identityProblems.tooMany(maxIdentities) });
  return { system, identities };
};

/** Answered when a set vanishes while it is being changed. */
export const gone = (set: ScaleSet) => armFail('ResourceNotFound', { type: set.type, name: set.name, group: set.resourceGroup ?? '' });
