import { faultStatus, type Answer, type Exchange, type Fault, type Surface } from '@podpass/http';
import { newGuid } from '@podpass/kernel';
import { dispatch } from './endpoints/routes.ts';
import { errorAnswer } from './endpoints/writer.ts';
import { AadstsError } from './errors.ts';
import { isFirstTold } from './interactive/audit.ts';
import type { Services } from './services.ts';
import { bodyLimit } from './wire.ts';

/** The token service's wire surface. Errors that nobody foresaw are left to the listener, which logs them and asks for the fault's body. */
export const createSurface = (services: Services): Surface => {
  const { clock, names, telemetry } = services;
  const refused = (reason: string, request: string): void => {
    telemetry.metrics.refusals.increment({ surface: 'sts', reason });
    telemetry.audit({ event: 'request', outcome: 'refused', reason, request });
  };
  const writer = { clock, authority: names.authority };
  return {
    name: 'sts',
    serves: (host) => names.serves(host),
    bodyLimit,
    async handle(exchange: Exchange): Promise<Answer> {
      try {
        return await dispatch(services, exchange);
      } catch (thrown) {
        if (!(thrown instanceof AadstsError)) throw thrown;
        // What no endpoint told of: paths, methods, metadata of unknown tenants.
        if (isFirstTold(thrown)) refused(thrown.status === 404 ? 'unknown-path' : `AADSTS${thrown.code}`, exchange.id);
        return errorAnswer(thrown, exchange, writer);
      }
    },
    fault(fault: Fault): Answer {
      const error = fault.kind === 'internal' ? new AadstsError(50000) : new AadstsError(9002313, { status: faultStatus(fault) });
      const exchange = fault.exchange ?? { id: newGuid(), headers: {}, query: new URLSearchParams() };
      // The token endpoint has told of internal errors, and the listener logs all of them.
      if (fault.kind !== 'internal') refused(fault.kind, exchange.id);
      return errorAnswer(error, exchange, writer);
    },
  };
};
