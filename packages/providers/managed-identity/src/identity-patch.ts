import { identityType, invalidBody, operationWithBody, optional, record, stamp, tags, text, word, type IdentityState } from '@podpass/arm';
import { identityBody, requireIdentity } from './identity.ts';
import { isolationScopes, paths } from './wire.ts';

/** Replaces what is given: tags and the isolation scope. */
export const identityPatch = operationWithBody({
  name: 'UserAssignedIdentities_Update',
  method: 'PATCH',
  path: paths.identity,
  access: { kind: 'action', action: 'Microsoft.ManagedIdentity/userAssignedIdentities/write' },
  body: record({
    location: optional(text({ max: 60 })),
    tags: optional(tags()),
    properties: optional(record({ isolationScope: optional(word(isolationScopes)) })),
  }),
  invalid: invalidBody('BadRequest'),
  handler: async (request, given) => {
    const { arm, caller } = request;
    const before = requireIdentity(request);
    const now = arm.clock.date().toISOString();
    const after = await arm.resources.of<IdentityState>(identityType).update(before.id, (identity) => ({
      ...identity,
      tags: given.tags ?? identity.tags,
      state: { ...identity.state, isolationScope: given.properties?.isolationScope ?? identity.state.isolationScope },
      system: stamp(caller, now, identity.system),
    }));
    return { status: 200, body: identityBody(after ?? before) };
  },
});
