import type { ArmRequest } from '@podpass/arm';
import type { FederatedCredential } from '@podpass/directory';
import { fail } from './errors.ts';
import { findIdentity, type Identity } from './identity.ts';
import { types } from './wire.ts';

/** The wire form of a federated credential: what ARM shows of it. Its id and description are Graph's alone. */
export const credentialBody = (identity: Identity, credential: FederatedCredential) => ({
  id: `${identity.id}/federatedIdentityCredentials/${credential.name}`,
  name: credential.name,
  type: types.credential,
  properties: {
    issuer: credential.issuer,
    ...(credential.subject === undefined ? {} : { subject: credential.subject }),
    audiences: credential.audiences,
  },
});

/** The identity that a credential belongs to. Throws `ParentNotFound`. */
export const requireParent = (request: ArmRequest): Identity => {
  const identity = findIdentity(request);
  if (identity === undefined) throw fail('ParentNotFound');
  return identity;
};
