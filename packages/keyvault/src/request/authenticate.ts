import type { AccessTokenFailure, AccessTokenVerifier, Caller } from '@podpass/directory';
import type { Exchange } from '@podpass/http';
import { Refusal, type ErrorKind } from '../errors.ts';
import type { VaultDescription } from '../ports.ts';
import { keyVaultAppId, type KeyVaultProfile } from '../wire.ts';

/**
 * The challenge, in the exact syntax that the SDKs parse: one space after the comma, double quotes, no second `=` in a part.
 */
const challenge = (profile: KeyVaultProfile, tenantId: string): string =>
  `Bearer authorization="https://${profile.loginHost}/${tenantId}", resource="${profile.resource}"`;

const explain = (failure: AccessTokenFailure, expected: { profile: KeyVaultProfile; tenantId: string }): [ErrorKind, string] => {
  switch (failure.reason) {
    case 'missing':
      return ['missingToken', 'AKV10000: Request is missing a Bearer or PoP token.'];
    case 'malformed':
      return ['malformedToken', 'AKV10001: The token in the Authorization header is not a well-formed JSON Web Token.'];
    case 'signature':
      return ['unknownSigner', 'AKV10046: Unable to resolve the key used for signature validation.'];
    case 'expired':
      return [
        'tokenLifetime',
        `AKV10002: Token lifetime validation failed. The token expired at ${new Date(failure.expiredAt * 1000).toISOString()}.`,
      ];
    case 'not-yet-valid':
      return ['tokenLifetime', 'AKV10002: Token lifetime validation failed. The token is not yet valid.'];
    case 'audience':
      return ['invalidAudience', `AKV10022: Invalid audience. Expected ${expected.profile.resource}, found: ${failure.audience}.`];
    case 'issuer':
      return [
        'invalidIssuer',
        `AKV10032: Invalid issuer. Expected one of https://sts.windows.net/${expected.tenantId}/, https://${expected.profile.loginHost}/${expected.tenantId}/v2.0, found ${failure.issuer}.`,
      ];
  }
};

/**
 * Answers who calls, or refuses with 401 and the challenge. Bodies are not looked at before this: clients probe with
 * none to learn the challenge. Only tokens of the vault's own tenant pass.
 */
export const authenticate = async (
  deps: { verifier: AccessTokenVerifier; profile: KeyVaultProfile },
  exchange: Exchange,
  vault: VaultDescription,
): Promise<Caller> => {
  const { profile, verifier } = deps;
  const refuse = (failure: AccessTokenFailure): Refusal => {
    const [kind, message] = explain(failure, { profile, tenantId: vault.tenantId });
    return new Refusal(kind, message, { 'WWW-Authenticate': challenge(profile, vault.tenantId) });
  };
  const audiences = [profile.resource, `${profile.resource}/`, keyVaultAppId];
  // Tenants are GUIDs, which the control plane may have stored in the spelling of its caller.
  const tenantId = vault.tenantId.toLowerCase();
  const result = await verifier.verify(exchange.headers.authorization, { audiences, tenantId });
  if ('failure' in result) throw refuse(result.failure);
  if (result.caller.tenantId.toLowerCase() !== tenantId) throw refuse({ reason: 'issuer', issuer: result.caller.issuer });
  return result.caller;
};
