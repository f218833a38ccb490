import {
  fail as armFail,
  identityType,
  invalidBody,
  operationWithBody,
  optional,
  record,
  requireRegion,
  stamp,
  tags,
  text,
  word,
} from '@podpass/arm';
import { fail } from './errors.ts';
import { findIdentity, identityBody, type Identity } from './identity.ts';
import { identityId, identityName, isolationScopes, paths } from './wire.ts';

const body = record({
  location: optional(text({ max: 60 })),
  tags: optional(tags()),
  properties: optional(record({ isolationScope: optional(word(isolationScopes)) })),
});

/**
 * Creates an identity (201) or replaces the tags of an existing one (200). The principal is made before the resource:
 * when the process ends in between, the next start finds a principal without a resource and takes it away.
 */
export const identityPut = operationWithBody({
  name: 'UserAssignedIdentities_CreateOrUpdate',
  method: 'PUT',
  path: paths.identity,
  access: { kind: 'action', action: 'Microsoft.ManagedIdentity/userAssignedIdentities/write' },
  body,
  invalid: invalidBody('BadRequest'),
  handler: async (request, given) => {
    const { arm, caller, group, subscription } = request;
    const name = request.param('resourceName');
    if (!identityName.test(name)) throw fail('InvalidIdentityName', { name });
    const location = requireRegion(given.location, identityType);
    const before = findIdentity(request);
    const now = arm.clock.date().toISOString();
    if (before !== undefined) {
      if (before.location !== location) {
        throw armFail('InvalidResourceLocation', { name, present: before.location, group: group.name, wanted: location });
      }
      const replaced: Identity = {
        ...before,
        tags: given.tags ?? {},
        state: { ...before.state, isolationScope: given.properties?.isolationScope ?? before.state.isolationScope },
        system: stamp(caller, now, before.system),
      };
      await arm.resources.write([{ replace: replaced, revision: arm.resources.revision(before.id) }]);
      return { status: 200, body: identityBody(replaced) };
    }
    const id = identityId({ subscriptionId: subscription.subscriptionId, group: group.name, name });
    const principal = await arm.directory.managedIdentities.create({
      tenantId: subscription.tenantId,
      resourceId: id,
      displayName: name,
      explicit: true,
    });
    const identity: Identity = {
      id,
      name,
      type: identityType,
      tenantId: subscription.tenantId,
      subscriptionId: subscription.subscriptionId,
      resourceGroup: group.name,
      location,
      tags: given.tags ?? {},
      state: { principalId: principal.id, clientId: principal.appId, isolationScope: given.properties?.isolationScope },
      system: stamp(caller, now),
    };
    try {
      await arm.resources.write([{ create: identity }]);
    } catch (thrown) {
      await arm.directory.managedIdentities.delete(subscription.tenantId, principal.id);
      throw thrown;
    }
    return { status: 201, headers: { location: id }, body: identityBody(identity) };
  },
});
