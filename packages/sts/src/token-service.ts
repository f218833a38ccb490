import { performance } from 'node:perf_hooks';
import { createIssuerKeys } from './federation/issuer-keys.ts';
import { createLoginNames } from './login-names.ts';
import { createResources } from './resources.ts';
import type { Services } from './services.ts';
import { createLockout } from './sessions/lockout.ts';
import { createRefreshTokens } from './sessions/refresh-tokens.ts';
import { createSecretCheck } from './sessions/secret-check.ts';
import { openSigningKey } from './signing-key.ts';
import { createSurface } from './surface.ts';
import type { TokenService, TokenServiceOptions } from './types.ts';

/**
 * Opens the token service: loads or creates its signing key and gives its wire surface. Throws KernelError `corrupt` when the
 * stored key cannot be unsealed.
 */
export const createTokenService = async (options: TokenServiceOptions): Promise<TokenService> => {
  const { store, directory, clock, telemetry, wire, profile, monotonic = () => performance.now() } = options;
  const names = createLoginNames(profile);
  const keys = await openSigningKey(options);
  const issuerKeys = createIssuerKeys({ wire, clock, monotonic });
  const refreshTokens = createRefreshTokens(store, clock);
  const services: Services = {
    directory,
    clock,
    telemetry,
    names,
    keys,
    issuerKeys,
    refreshTokens,
    findResource: createResources(profile.knownResources ?? [], directory),
    lockout: createLockout(monotonic),
    checkSecret: createSecretCheck(clock),
  };
  return {
    surface: createSurface(services),
    jwks: () => keys.published(),
    issuersFor: (tenantId) => [names.v1Issuer(tenantId), names.v2Issuer(tenantId)],
    revokeSessions: (tenantId, userId) => refreshTokens.revokeUser(tenantId, userId),
    close: async () => issuerKeys.close(),
  };
};
