import { anything, invalidBody, list, operationWithBody, optional, record, text, type ArmError } from '@podpass/arm';
import { FederatedCredentialError } from '@podpass/directory';
import { credentialBody, requireParent } from './credential.ts';
import { fail } from './errors.ts';
import { paths } from './wire.ts';

const long = text({ max: 100_000 });
const body = record({
  properties: optional(
    record({
      issuer: optional(long),
      subject: optional(long),
      audiences: optional(list(long)),
      claimsMatchingExpression: optional(anything()),
    }),
  ),
});

/** The directory's rules in the words of this wire. */
const translate = (error: FederatedCredentialError, context: { issuer: string; identity: string }): ArmError => {
  const { name, property = 'value', limit = 0 } = error.data;
  switch (error.code) {
    case 'identity-not-found':
      return fail('ParentNotFound');
    case 'invalid-name':
      return fail('CredentialName', { name });
    case 'missing-properties':
      return fail('EmptyProperties');
    case 'audience-count':
      return fail('OneAudience');
    case 'value-too-long':
      return fail('TooLong', { property, limit });
    case 'invalid-issuer':
      return fail('InvalidIssuer', { issuer: context.issuer.slice(0, 200) });
    case 'duplicate':
      return fail('Duplicate');
    case 'too-many':
      return fail('TooMany', { limit });
    case 'concurrent-writes':
      return fail('ConcurrentFederatedIdentityCredentialsWritesForSingleManagedIdentity', { identity: context.identity });
    default:
      return error.code satisfies never;
  }
};

/** Creates (201) or replaces (200) a federated credential. The directory holds the limits; concurrent writers get its 409. */
export const credentialPut = operationWithBody({
  name: 'FederatedIdentityCredentials_CreateOrUpdate',
  method: 'PUT',
  path: paths.credential,
  access: { kind: 'action', action: 'Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials/write' },
  body,
  invalid: invalidBody('BadRequest'),
  handler: async (request, { properties }) => {
    const identity = requireParent(request);
    if (properties?.claimsMatchingExpression !== undefined) throw fail('Flexible');
    const { issuer, subject, audiences } = properties ?? {};
    if (issuer === undefined || subject === undefined || audiences === undefined) throw fail('EmptyProperties');
    try {
      const { credential, created } = await request.arm.directory.federatedCredentials.put({
        tenantId: identity.tenantId,
        principalId: identity.state.principalId,
        name: request.param('federatedIdentityCredentialResourceName'),
        issuer,
        subject,
        audiences,
      });
      const answer = credentialBody(identity, credential);
      return created ? { status: 201, headers: { location: answer.id }, body: answer } : { status: 200, body: answer };
    } catch (thrown) {
      if (thrown instanceof FederatedCredentialError) throw translate(thrown, { issuer, identity: identity.id });
      throw thrown;
    }
  },
});
