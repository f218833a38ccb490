/**
 * The token service speaks Entra ID's wire: discovery, key sets, sign-in pages and the token endpoint. It turns passwords, client secrets,
 * certificates and federated assertions into tokens, or refuses them with Entra's own AADSTS errors. It knows the directory and
 * nothing of ARM, vaults or clusters: a cluster's issuer is as foreign to it as any other, met over HTTPS only.
 */
export { createTokenService } from './token-service.ts';
export type { KnownResource, LoginProfile, TokenService, TokenServiceOptions } from './types.ts';
export type { SigningKeyInfo } from './keys/types.ts';
export type { RegisteredIssuer } from './federation/types.ts';
export { catalogue as aadstsCatalogue, type AadstsCode } from './errors.ts';
export { routes as tokenServiceRoutes, type Route as TokenServiceRoute } from './endpoints/routes.ts';
