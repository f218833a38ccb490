import { fail as armFail, identityType, type ArmRequest, type IdentityState, type Resource } from '@podpass/arm';
import { identityId } from './wire.ts';

export type Identity = Resource<IdentityState>;

/** The wire form of an identity. */
export const identityBody = ({ id, name, type, location, tags, state, tenantId, system }: Identity) => ({
  id,
  name,
  type,
  location,
  tags,
  properties: {
    tenantId,
    principalId: state.principalId,
    clientId: state.clientId,
    ...(state.isolationScope === undefined ? {} : { isolationScope: state.isolationScope }),
  },
  systemData: system,
});

/** The identity that the request's path names; undefined when there is none. */
export const findIdentity = (request: ArmRequest): Identity | undefined =>
  request.arm.resources
    .of<IdentityState>(identityType)
    .get(
      identityId({ subscriptionId: request.subscription.subscriptionId, group: request.group.name, name: request.param('resourceName') }),
    );

/** Throws `ResourceNotFound`. */
export const requireIdentity = (request: ArmRequest): Identity => {
  const identity = findIdentity(request);
  if (identity !== undefined) return identity;
  throw armFail('ResourceNotFound', { type: identityType, name: request.param('resourceName'), group: request.group.name });
};
