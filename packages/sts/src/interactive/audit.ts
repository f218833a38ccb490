import { AadstsError } from '../errors.ts';
import type { Visit } from './visit.ts';

/** What happened at a step of a sign-in. Never holds what a user or a client typed, but for client ids, which are ids of ours. */
export interface SignInEvent {
  readonly step: 'password' | 'password-change' | 'consent' | 'device-code' | 'device' | 'sign-out' | 'authorize' | 'request';
  readonly outcome: 'granted' | 'refused';
  readonly reason?: string | undefined;
  readonly flow?: { readonly clientId?: string; readonly tenantId?: string } | undefined;
  readonly userId?: string | undefined;
}

/** Writes one audit line; refusals are counted too. */
export const auditSignIn = ({ services, exchange }: Pick<Visit, 'services' | 'exchange'>, event: SignInEvent): void => {
  const { step, outcome, reason, flow, userId } = event;
  services.telemetry.audit({
    event: 'sign-in',
    step,
    outcome,
    ...(reason === undefined ? {} : { reason }),
    ...(flow?.tenantId === undefined ? {} : { tenant: flow.tenantId }),
    ...(flow?.clientId === undefined ? {} : { client: flow.clientId }),
    ...(userId === undefined ? {} : { principal: userId }),
    request: exchange.id,
  });
  services.telemetry.metrics.tokenExchanges.increment({
    grant: `sign-in-${step}`,
    outcome: outcome === 'granted' ? outcome : (reason ?? outcome),
  });
};

/** Refusals that have their line: an error may be met by several catchers on its way to the client. */
const told = new WeakSet<object>();

/** Whether this is the first time that the refusal is told of; from now on it has been. */
export const isFirstTold = (thrown: unknown): boolean => {
  if (typeof thrown !== 'object' || thrown === null) return true;
  const first = !told.has(thrown);
  told.add(thrown);
  return first;
};

/** Writes the line of a refusal that travels on as an error, once: whoever meets it later writes none. */
export const auditRefusal = (
  visit: Pick<Visit, 'services' | 'exchange'>,
  event: Omit<SignInEvent, 'outcome' | 'reason'>,
  thrown: unknown,
): void => {
  if (isFirstTold(thrown)) auditSignIn(visit, { ...event, outcome: 'refused', reason: reasonOf(thrown) });
};

export const reasonOf = (thrown: unknown): string => (thrown instanceof AadstsError ? `AADSTS${thrown.code}` : 'internal');
