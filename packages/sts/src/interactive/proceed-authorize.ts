import { createHash } from 'node:crypto';
import type { Answer } from '@podpass/http';
import { AadstsError } from '../errors.ts';
import { clientInfo } from '../tokens/client-info.ts';
import { mintIdToken } from '../tokens/id-token.ts';
import { askConsent } from './ask-consent.ts';
import { auditSignIn } from './audit.ts';
import { matchRedirectUri } from './redirect-uri.ts';
import { respond } from './respond.ts';
import type { AuthorizationCode, AuthorizeFlow } from './types.ts';
import type { Progress, Visit, VisitAccount } from './visit.ts';
import { confirmedBy, wantedBy, type Wanted } from './wanted.ts';

/** Consent where it is missing, then the answer to the application. */
export const proceedAuthorize = async (visit: Visit, flow: AuthorizeFlow, { own, decided }: Progress): Promise<Answer> => {
  const wanted = wantedBy(visit.services, flow, own);
  // The registration may have changed since the journey began.
  if (matchRedirectUri(wanted.client.redirectUris, flow.redirectUri)?.platform !== flow.platform) {
    throw new AadstsError(50011, { data: { redirect: flow.redirectUri, app: flow.clientId } });
  }
  if (flow.returns.idToken && !wanted.client.application?.enableIdTokenIssuance) throw new AadstsError(700054);
  const anew = flow.prompt === 'consent' && !decided && !wanted.client.firstParty;
  if (wanted.missing.length > 0 || anew) {
    if (flow.prompt === 'none') throw new AadstsError(65001, { data: { app: flow.clientId, name: wanted.client.displayName } });
    return askConsent(visit, flow, { own, wanted, scopes: confirmedBy(flow, wanted) });
  }
  auditSignIn(visit, { step: 'authorize', outcome: 'granted', flow: { ...flow, tenantId: own.tenant.id }, userId: own.user.id });
  return answerApplication(visit, flow, { own, wanted });
};

interface Result {
  readonly own: VisitAccount;
  readonly wanted: Wanted;
}

const answerApplication = async (visit: Visit, flow: AuthorizeFlow, result: Result): Promise<Answer> => {
  const { services } = visit;
  const code = flow.returns.code ? await services.authorizationCodes.issue(codeOf(flow, result), result.own.user) : undefined;
  const idToken = flow.returns.idToken ? await idTokenOf(visit, flow, { ...result, code }) : undefined;
  return respond(visit, flow, [
    ...(code === undefined ? [] : [['code', code] as const]),
    ...(idToken === undefined ? [] : [['id_token', idToken] as const]),
    ...(flow.clientInfo ? [['client_info', clientInfo(result.own.user)] as const] : []),
  ]);
};

const codeOf = (flow: AuthorizeFlow, { own, wanted }: Result): AuthorizationCode => ({
  tenantId: own.tenant.id,
  userId: own.user.id,
  clientId: flow.clientId,
  scope: flow.scope,
  methods: own.account.methods,
  authTime: own.account.authTime,
  redirectUri: flow.redirectUri,
  platform: flow.platform,
  version: flow.version,
  ...(wanted.client.family === undefined ? {} : { family: wanted.client.family }),
  ...(flow.platform === 'spa' ? { spa: true } : {}),
  confidential: flow.platform === 'web',
  ...(flow.challenge === undefined ? {} : { challenge: flow.challenge }),
  ...(flow.nonce === undefined ? {} : { nonce: flow.nonce }),
});

const idTokenOf = (
  visit: Visit,
  flow: AuthorizeFlow,
  { own, wanted, code }: Result & { readonly code: string | undefined },
): Promise<string> => {
  const { user, tenant, account } = own;
  const { client, target } = wanted;
  const { version, nonce } = flow;
  // OpenID Connect Core, 3.3.2.11: ties the code to the token that it came with.
  const bound = code === undefined ? {} : { codeHash: createHash('sha256').update(code).digest().subarray(0, 16).toString('base64url') };
  const { methods, authTime } = account;
  return mintIdToken(visit.services, { tenant, user, client, version, methods, authTime, wanted: target, nonce, ...bound });
};
