import type { IncomingMessage, ServerResponse } from 'node:http';
import { messageOf } from '@podpass/kernel';
import type { Telemetry } from '@podpass/telemetry';
import type { Answer, Exchange, Fault, Surface } from '../types.ts';
import type { Limits } from '../wire.ts';
import { readBody } from './body.ts';
import { Draft } from './exchange.ts';
import { faultAnswer, internalFault, unknownHost } from './fault.ts';
import { createLifetime, type Lifetime } from './lifetime.ts';
import type { OpenExchanges } from './open-exchanges.ts';
import { createRequestLog } from './request-log.ts';
import type { createRouter } from './route.ts';
import { sendAnswer } from './send.ts';

export interface ServeOptions {
  readonly surfaces: readonly Surface[];
  readonly router: ReturnType<typeof createRouter>;
  readonly telemetry: Telemetry;
  readonly limits: Limits;
  /** Exchanges that are not answered yet. */
  readonly open: OpenExchanges;
  readonly closing: () => boolean;
  /** The value of the Date header. */
  readonly date: () => string;
}

/** Takes every request from its headers to the last byte of its answer. The returned function never rejects. */
export const createServe = ({ surfaces, router, telemetry, limits, open, closing, date }: ServeOptions) => {
  const { log } = telemetry;
  const requestLog = createRequestLog(telemetry);

  const handled = async (surface: Surface, exchange: Exchange): Promise<Answer> => {
    try {
      return await surface.handle(exchange);
    } catch (thrown) {
      if (exchange.signal.aborted) return faultAnswer(surface, { ...internalFault, exchange }, log);
      log.error({ surface: surface.name, id: exchange.id, method: exchange.method, path: exchange.path, error: thrown }, messageOf(thrown));
      return faultAnswer(surface, { ...internalFault, exchange }, log);
    }
  };

  /** Writes the answer; one that cannot be written becomes an internal fault, or ends the connection once it has begun. */
  const deliver = async (response: ServerResponse, answer: Answer, { surface, lifetime, close }: Delivery): Promise<void> => {
    const how = { lifetime, close: close || closing(), date: date() };
    try {
      await sendAnswer(response, answer, how);
    } catch (thrown) {
      log.error({ surface: surface?.name, error: thrown }, `An answer could not be written: ${messageOf(thrown)}`);
      // Cut off after what was written, without the end of the body: the client must not take it for complete.
      if (response.headersSent) response.req.socket.destroySoon();
      else await sendAnswer(response, faultAnswer(surface, internalFault, log), how);
    }
  };

  const answerServed = async (request: IncomingMessage, response: ServerResponse, { surface, to, lifetime }: Served): Promise<void> => {
    const exchange = new Draft(request, to, lifetime);
    const started = performance.now();
    const reading = readBody(request, surface.bodyLimit, limits);
    const outcome = 'kind' in reading ? reading : await reading;
    if (outcome.kind === 'aborted') return;
    let answer: Answer;
    if (outcome.kind === 'complete') {
      exchange.body = outcome.body;
      answer = await handled(surface, exchange);
    } else {
      const fault: Fault = { kind: 'body-too-large', message: `The request body is larger than ${surface.bodyLimit} bytes.`, exchange };
      answer = faultAnswer(surface, fault, log);
    }
    if (!response.destroyed)
      await deliver(response, answer, { surface, lifetime, close: outcome.kind === 'too-large' && !outcome.drained });
    requestLog(surface.name, exchange, { status: answer.status, milliseconds: performance.now() - started });
  };

  const answerRequest = async (request: IncomingMessage, response: ServerResponse, lifetime: Lifetime): Promise<void> => {
    const route = router.route(request);
    if (route.kind === 'served') return answerServed(request, response, { ...route, lifetime });
    const surface = route.kind === 'refused' ? route.surface : undefined;
    const answer = route.kind === 'refused' ? faultAnswer(surface, route.fault, log) : unknownHost(surfaces, route.host);
    telemetry.metrics.refusals.increment({
      surface: surface?.name ?? 'listener',
      reason: route.kind === 'refused' ? route.fault.kind : 'unknown-host',
    });
    log.debug({ surface: surface?.name, status: answer.status, method: request.method }, 'Refused a request.');
    // What else comes on this connection was meant for somebody else.
    request.resume();
    await deliver(response, answer, { surface, lifetime, close: true });
  };

  return (request: IncomingMessage, response: ServerResponse): void => {
    const lifetime = createLifetime(response);
    open.add(lifetime);
    // A broken connection is not an error of the platform; without listeners it would end the process.
    request.on('error', ignore);
    response.on('error', ignore);
    answerRequest(request, response, lifetime)
      .catch((thrown: unknown) => {
        log.error({ error: thrown }, `A request could not be answered: ${messageOf(thrown)}`);
        response.destroy();
      })
      .finally(() => open.delete(lifetime))
      .catch(ignore);
  };
};

const ignore = () => undefined;

interface Delivery {
  readonly surface: Surface | undefined;
  readonly lifetime: Lifetime;
  readonly close: boolean;
}
type Served = Extract<ReturnType<ServeOptions['router']['route']>, { kind: 'served' }> & { readonly lifetime: Lifetime };
