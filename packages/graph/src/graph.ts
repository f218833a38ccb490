import type { AccessTokenFailure, AccessTokenVerifier, SearchableDirectory } from '@podpass/directory';
import type { Answer, Exchange, Fault, Surface } from '@podpass/http';
import { newGuid, type Clock } from '@podpass/kernel';
import type { Telemetry } from '@podpass/telemetry';
import { errorAnswer, GraphError, type GraphErrorName } from './errors.ts';
import { checkOptions } from './request.ts';
import { findRoute } from './routes.ts';
import { bodyLimit, graphAudiences, graphHost } from './wire.ts';

export interface GraphOptions {
  readonly directory: SearchableDirectory;
  readonly verifier: AccessTokenVerifier;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  /** Host names that are served; `graph.microsoft.com` when absent. */
  readonly hosts?: readonly string[];
  /** Audiences that are accepted beside Graph's own. */
  readonly audiences?: readonly string[];
}

const tokenErrors: Readonly<Record<AccessTokenFailure['reason'], GraphErrorName>> = {
  missing: 'tokenMissing',
  malformed: 'tokenMalformed',
  signature: 'tokenSignature',
  expired: 'tokenExpired',
  'not-yet-valid': 'tokenEarly',
  audience: 'tokenAudience',
  issuer: 'tokenIssuer',
};

/** Creates the Graph surface. Every request is authenticated before its path is looked at; callers see their own tenant only. */
export const createGraph = (options: GraphOptions): { readonly surface: Surface } => {
  const { directory, verifier, clock, telemetry } = options;
  const hosts = new Set(options.hosts ?? [graphHost]);
  const audiences = [...graphAudiences, ...(options.audiences ?? [])];

  const answer = async (exchange: Exchange): Promise<Answer> => {
    const verified = await verifier.verify(exchange.headers.authorization, { audiences });
    if ('failure' in verified) throw new GraphError(tokenErrors[verified.failure.reason]);
    const { run, key } = findRoute(exchange.method, exchange.path);
    checkOptions(exchange);
    return run({ exchange, caller: verified.caller, directory, key });
  };

  return {
    surface: {
      name: 'graph',
      serves: (host) => hosts.has(host),
      bodyLimit,
      async handle(exchange) {
        try {
          return await answer(exchange);
        } catch (thrown) {
          if (!(thrown instanceof GraphError)) throw thrown;
          if (thrown.row.status === 501) telemetry.metrics.refusals.increment({ surface: 'graph', reason: 'not-offered' });
          return errorAnswer(thrown, exchange, clock);
        }
      },
      fault({ kind, exchange, status }: Fault) {
        const written = errorAnswer(new GraphError(faults[kind]), exchange ?? { id: newGuid(), headers: {} }, clock);
        return { ...written, status: status ?? written.status };
      },
    },
  };
};

const faults: Readonly<Record<Fault['kind'], GraphErrorName>> = {
  'body-too-large': 'tooLarge',
  'headers-too-large': 'headersTooLarge',
  'malformed-request': 'badRequest',
  'bad-path': 'badRequest',
  timeout: 'timeout',
  internal: 'internal',
};
