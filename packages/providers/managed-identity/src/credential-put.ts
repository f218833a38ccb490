import { anything, invalidBody, list, operationWithBody, optional, record, text, type ArmError } from '@podpass/arm';
import { FederatedCredentialError, type FederatedCredentialErrorCode } from '@podpass/directory';
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

/** What a refusal's text needs beside what the directory says. */
interface Context {
  readonly issuer: string;
  /** Resource id of the managed identity. */
  readonly identity: string;
}

/** The directory's rules in the words of this wire. */
const refusals = {
  'identity-not-found': () => fail('ParentNotFound'),
  'invalid-name': ({ name }) => fail('CredentialName', { name }),
  'missing-properties': () => fail('EmptyProperties'),
  // Expressions never reach the directory from here; said all the same should one.
  'subject-and-expression': () => fail('Flexible'),
  'expression-on-managed-identity': () => fail('Flexible'),
  'expression-language': () => fail('Flexible'),
  'invalid-expression': () => fail('Flexible'),
  'expression-unfit-for-issuer': () => fail('Flexible'),
  'audience-count': () => fail('OneAudience'),
  'value-too-long': ({ property = 'value', limit = 0 }) => fail('TooLong', { property, limit }),
  'invalid-issuer': (_, { issuer }) => fail('InvalidIssuer', { issuer: issuer.slice(0, 200) }),
  // ARM's PUT replaces what has the name.
  'name-taken': () => fail('Duplicate'),
  duplicate: () => fail('Duplicate'),
  'too-many': ({ limit = 0 }) => fail('TooMany', { limit }),
  'concurrent-writes': (_, { identity }) => fail('ConcurrentFederatedIdentityCredentialsWritesForSingleManagedIdentity', { identity }),
} satisfies Record<FederatedCredentialErrorCode, (data: FederatedCredentialError['data'], context: Context) => ArmError>;

/**
 * Creates (201) or replaces (200) a federated credential. The directory holds the limits; concurrent writers get its 409. Expressions instead of
 * subjects are for applications: on a managed identity they would be refused at every exchange (AADSTS700235).
 */
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
      if (thrown instanceof FederatedCredentialError) throw refusals[thrown.code](thrown.data, { issuer, identity: identity.id });
      throw thrown;
    }
  },
});
