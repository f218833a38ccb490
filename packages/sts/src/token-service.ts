import { performance } from 'node:perf_hooks';
import { createSecretCheck } from './clients/secret-check.ts';
import { createIssuerKeys } from './federation/issuer-keys.ts';
import { createRegisteredIssuers } from './federation/registered-issuers.ts';
import { createInteractiveSignIn } from './interactive/sign-in.ts';
import { createSigningKeys } from './keys/signing-keys.ts';
import { createLoginNames } from './login-names.ts';
import { createPortalSurface } from './portal/surface.ts';
import { createResources } from './resources.ts';
import type { Services } from './services.ts';
import { createAuthorizationCodes } from './sessions/authorization-codes.ts';
import { createLockout } from './sessions/lockout.ts';
import { createRefreshTokens } from './sessions/refresh-tokens.ts';
import { createSurface } from './surface.ts';
import { managedIdentityToken } from './tokens/managed-identity-token.ts';
import type { TokenService, TokenServiceOptions } from './types.ts';

/**
 * Opens the token service: loads or creates its signing keys and gives its wire surface. Throws KernelError `corrupt` when the
 * stored keys cannot be unsealed.
 */
export const createTokenService = async (options: TokenServiceOptions): Promise<TokenService> => {
  const { store, directory, clock, telemetry, wire, profile, monotonic = () => performance.now() } = options;
  const names = createLoginNames(profile);
  const keys = await createSigningKeys(options);
  const registeredIssuers = await createRegisteredIssuers(store, clock);
  const issuerKeys = createIssuerKeys({ wire, clock, monotonic, registered: registeredIssuers });
  const refreshTokens = createRefreshTokens(store, clock);
  const services: Services = {
    directory,
    clock,
    telemetry,
    names,
    keys,
    issuerKeys,
    registeredIssuers,
    refreshTokens,
    authorizationCodes: createAuthorizationCodes(store, clock, refreshTokens),
    interactive: createInteractiveSignIn({ store, clock, monotonic }),
    findResource: createResources(profile.knownResources ?? [], directory),
    lockout: createLockout(monotonic),
    checkSecret: createSecretCheck(clock),
  };
  return {
    surface: createSurface(services),
    portal: (portal) => createPortalSurface({ services, ...portal }),
    jwks: () => keys.published(),
    keys,
    issuers: registeredIssuers,
    managedIdentityToken: (request) => managedIdentityToken(services, request),
    issuersFor: (tenantId) => [names.v1Issuer(tenantId), names.v2Issuer(tenantId)],
    revokeSessions: (tenantId, userId) => revokeSessions(services, tenantId, userId),
    close: async () => {
      issuerKeys.close();
      registeredIssuers.close();
      keys.close();
    },
  };
};

/** Refresh tokens go one by one, so that they can be counted; the user's mark voids browser sessions and codes. */
const revokeSessions = async ({ directory, refreshTokens }: Services, tenantId: string, userId: string): Promise<number> => {
  const revoked = await refreshTokens.revokeUser(tenantId, userId);
  if (directory.users.byId(tenantId, userId)) await directory.users.revokeSignInSessions(tenantId, userId);
  return revoked;
};
