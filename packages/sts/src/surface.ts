import type { Answer, Exchange, Fault, Surface } from '@podpass/http';
import { newGuid } from '@podpass/kernel';
import { dispatch } from './endpoints/routes.ts';
import { errorAnswer } from './endpoints/writer.ts';
import { AadstsError } from './errors.ts';
import type { Services } from './services.ts';
import { bodyLimit } from './wire.ts';

/** HTTP statuses of faults that are the request's own; everything else is ours. */
const faultStatus = { 'body-too-large': 413, 'headers-too-large': 431, 'malformed-request': 400, 'bad-path': 400, timeout: 408 } as const;

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
    fault({ kind, exchange }: Fault): Answer {
      const error = kind === 'internal' ? new AadstsError(50000) : new AadstsError(9002313, { status: faultStatus[kind] });
      return errorAnswer(error, exchange ?? { id: newGuid(), headers: {}, query: new URLSearchParams() }, writer);
    },
  };
};
