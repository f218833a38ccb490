import {
  anything,
  invalidBody,
  operationWithBody,
  optional,
  record,
  scaleSetsOf,
  stamp,
  tags,
  text,
  withIdentities,
  type ArmAnswer,
  type ArmRequest,
  type ScaleSet,
  type Shaped,
} from '@podpass/arm';
import { fail } from './errors.ts';
import { identityBody } from './identity-body.ts';
import { gone, nextIdentity, type NextIdentity } from './next-identity.ts';
import { checkVersion, findScaleSet, requireScaleSet, scaleSetAnswer } from './scale-set.ts';
import { checkUnchanged } from './unchanged.ts';
import { actions, paths } from './wire.ts';

/** Everything that a scale set may have at its top level; the rest of it is compared with what is there. */
const body = record(
  {
    id: anything(),
    name: anything(),
    type: anything(),
    systemData: anything(),
    etag: anything(),
    location: optional(text({ max: 60 })),
    tags: optional(tags()),
    identity: optional(identityBody),
    sku: anything(),
    properties: anything(),
    plan: anything(),
    zones: anything(),
    extendedLocation: anything(),
    placement: anything(),
  },
  { closed: true },
);

const checkRest = (given: Shaped<typeof body>, set: ScaleSet): void => {
  const { sku, properties, plan, zones, extendedLocation, placement } = given;
  const location = given.location?.replaceAll(' ', '');
  checkUnchanged({ location, sku, properties, plan, zones, extendedLocation, placement }, scaleSetAnswer(set));
};

/** The set's own principal before the row that names it, and the other way round when it goes; `recover` mends a crash between. */
const apply = async (
  request: ArmRequest,
  set: ScaleSet,
  next: { readonly identity: NextIdentity | undefined; readonly tags: ScaleSet['tags'] },
) => {
  const { arm, caller } = request;
  const { managedIdentities } = arm.directory;
  const { identity } = next;
  const before = set.state.principalId;
  const made =
    identity?.system === true && before === undefined
      ? await managedIdentities.create({ tenantId: set.tenantId, resourceId: set.id, displayName: set.name, explicit: false })
      : undefined;
  const principalId = identity === undefined || identity.system ? (before ?? made?.id) : undefined;
  const after = await scaleSetsOf(arm).update(set.id, (present) => ({
    ...present,
    tags: next.tags,
    system: stamp(caller, arm.clock.date().toISOString(), present.system),
    state: {
      ...(identity === undefined ? present.state : withIdentities(present.state, identity.identities(present.state.identities))),
      principalId,
    },
  }));
  const useless = after === undefined ? made?.id : before;
  if (useless !== undefined && (after === undefined || principalId === undefined)) await managedIdentities.delete(set.tenantId, useless);
  if (after === undefined) throw gone(set);
  return after;
};

const change = async (
  request: ArmRequest,
  given: Shaped<typeof body>,
  options: { set: ScaleSet; replace: boolean },
): Promise<ArmAnswer> => {
  const { set, replace } = options;
  if (set.state.provisioningState === 'Deleting') throw fail('MarkedForDeletion', { name: set.name });
  checkRest(given, set);
  const identity = given.identity === undefined ? undefined : nextIdentity(request, given.identity, { set, replace });
  const after = await apply(request, set, { identity, tags: given.tags ?? (replace ? {} : set.tags) });
  return { status: 200, body: scaleSetAnswer(after) };
};

const write = { access: { kind: 'action', action: actions.write }, body, invalid: invalidBody('InvalidParameter') } as const;

/**
 * Changes identity and tags, at once: the answer is 200 with the state reached, so there is nothing to poll. Anything else
 * must be what it is already.
 */
export const scaleSetPatch = operationWithBody({
  ...write,
  name: 'VirtualMachineScaleSets_Update',
  method: 'PATCH',
  path: paths.set,
  handler: async (request, given) => change(request, given, { set: requireScaleSet(request), replace: false }),
});

/** The same for a whole set; a body without an identity leaves it as it is. Sets come with agent pools, so there is no creating. */
export const scaleSetPut = operationWithBody({
  ...write,
  name: 'VirtualMachineScaleSets_CreateOrUpdate',
  method: 'PUT',
  path: paths.set,
  handler: async (request, given) => {
    checkVersion(request);
    const set = findScaleSet(request);
    if (set === undefined) throw fail('CreationNotSupported', { name: request.param('vmScaleSetName') });
    return change(request, given, { set, replace: true });
  },
});
