import { isKernelError, type Clock } from '@podpass/kernel';
import type { Logger } from '@podpass/telemetry';
import type { InstanceSource, MetadataAnswer, MetadataRequest, VmIdentity } from '../types.ts';
import { answerJson, refusal } from './errors.ts';
import { isRefusal, readSelector, selectIdentity } from './select-identity.ts';
import type { TokenCache } from './token-cache.ts';
import { identityVersions } from './wire.ts';

export interface TokenServices {
  readonly source: InstanceSource;
  readonly tokens: TokenCache;
  readonly clock: Clock;
  readonly log: Logger;
}

const issue = async ({ tokens, clock, log }: TokenServices, identity: VmIdentity, resource: string): Promise<MetadataAnswer> => {
  try {
    const { token, notBefore, expiry } = await tokens.get(identity, resource);
    const seconds = String(Math.max(expiry - clock.seconds(), 0));
    return answerJson({
      access_token: token,
      client_id: identity.clientId,
      expires_in: seconds,
      expires_on: String(expiry),
      ext_expires_in: seconds,
      not_before: String(notBefore),
      resource,
      token_type: 'Bearer',
    });
  } catch (thrown) {
    if (isKernelError(thrown, 'not-found')) return refusal.unknownIdentity();
    if (isKernelError(thrown, 'invalid')) return refusal.unknownResource();
    log.error({ error: thrown, clientId: identity.clientId }, 'no token could be issued');
    return refusal.tokenFailed();
  }
};

/** GET /metadata/identity/oauth2/token: a token of one of the machine's identities; every member of the answer is a string. */
export const createTokenOperation =
  (services: TokenServices) =>
  async ({ query }: MetadataRequest): Promise<MetadataAnswer> => {
    if (!identityVersions.includes(query.get('api-version') ?? '')) return refusal.identityVersion();
    const resource = query.get('resource') ?? '';
    if (resource === '') return refusal.noResource();
    const selector = readSelector(query);
    if (isRefusal(selector)) return selector;
    const identity = selectIdentity(services.source.identities(), selector);
    return isRefusal(identity) ? identity : issue(services, identity, resource);
  };
