import { faultStatus, type Answer, type Exchange, type Fault, type Surface } from '@podpass/http';
import { newGuid } from '@podpass/kernel';
import { dispatch } from './endpoints/routes.ts';
import { errorAnswer } from './endpoints/writer.ts';
import { AadstsError } from './errors.ts';
import type { Services } from './services.ts';
import { bodyLimit } from './wire.ts';

/** The token service's wire surface. Errors that nobody foresaw are left to the listener, which logs them and asks for the fault's body. */
export const createSurface = (services: Services): Surface => {
  const { clock, names } = services;
  const writer = { clock, authority: names.authority };
  return {
    name: 'sts',
    serves: (host) => names.serves(host),
    bodyLimit,
    async handle(exchange: Exchange): Promise<Answer> {
      try {
        return await dispatch(services, exchange);
      } catch (thrown) {
        if (thrown instanceof AadstsError) return errorAnswer(thrown, exchange, writer);
        throw thrown;
      }
    },
    fault(fault: Fault): Answer {
      const error = fault.kind === 'internal' ? new AadstsError(50000) : new AadstsError(9002313, { status: faultStatus(fault) });
      return errorAnswer(error, fault.exchange ?? { id: newGuid(), headers: {}, query: new URLSearchParams() }, writer);
    },
  };
};
