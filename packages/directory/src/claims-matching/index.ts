/**
 * The language of flexible federated credentials (`claimsMatchingExpression`, version 1): the directory refuses expressions
 * that do not parse or do not fit their issuer, the token service evaluates them against an assertion's claims.
 * https://learn.microsoft.com/entra/workload-id/workload-identities-flexible-federated-identity-credentials
 */
export { parseClaimsExpression, type ClaimsExpression } from './parse.ts';
