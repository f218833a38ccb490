import type { AccessTokenVerifier } from '@podpass/directory';
import { faultStatus, type Answer, type Fault, type Surface } from '@podpass/http';
import type { Services } from '../services.ts';
import { giveConsent, type PortalProgress } from './consent.ts';
import { PortalRefusal, refusals, type RefusalReason } from './refusal.ts';
import { portalBodyLimit, portalHost } from './wire.ts';

const refusalAnswer = (reason: RefusalReason, status: number = refusals[reason].status): Answer => ({
  status,
  headers: { 'cache-control': 'no-store' },
  body: { Message: refusals[reason].sentence },
});

/** The portal's private service, as far as `az ad app permission admin-consent` needs it. One audit line for every request. */
export const createPortalSurface = (deps: {
  readonly services: Services;
  readonly verifier: AccessTokenVerifier;
  /** Whether the platform's certificates may name the host: an older authority's may not, and then nothing is served. */
  readonly served: boolean;
}): Surface => {
  const { telemetry } = deps.services;
  const audit = (request: string, { tenantId, userId, clientId }: PortalProgress, reason?: RefusalReason): void =>
    telemetry.audit({
      event: 'admin-consent',
      outcome: reason === undefined ? 'granted' : 'refused',
      reason,
      tenant: tenantId,
      principal: userId,
      client: clientId,
      request,
    });
  return {
    name: 'portal',
    serves: (host) => deps.served && host === portalHost,
    bodyLimit: portalBodyLimit,
    async handle(exchange) {
      const progress: PortalProgress = {};
      try {
        await giveConsent(deps, exchange, progress);
        audit(exchange.id, progress);
        return { status: 204, headers: { 'cache-control': 'no-store' } };
      } catch (thrown) {
        if (!(thrown instanceof PortalRefusal)) throw thrown;
        audit(exchange.id, progress, thrown.reason);
        return refusalAnswer(thrown.reason);
      }
    },
    fault: (fault: Fault) => (fault.kind === 'internal' ? refusalAnswer('internal') : refusalAnswer('request', faultStatus(fault))),
  };
};
