import type { AccessTokenVerifier, Directory } from '@podpass/directory';
import type { Fault, Surface } from '@podpass/http';
import { newGuid, type Clock } from '@podpass/kernel';
import type { Telemetry } from '@podpass/telemetry';
import { createDispatcher } from './dispatch.ts';
import { errorAnswer, GraphError, type GraphErrorName } from './errors.ts';
import { bodyLimit, graphAudiences, graphHost } from './wire.ts';

export interface GraphOptions {
  readonly directory: Directory;
  readonly verifier: AccessTokenVerifier;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  /** Host names that are served; `graph.microsoft.com` when absent. */
  readonly hosts?: readonly string[];
  /** Audiences that are accepted beside Graph's own. */
  readonly audiences?: readonly string[];
}

/** Creates the Graph surface. Every request is authenticated before its path is looked at; callers see their own tenant only. */
export const createGraph = (options: GraphOptions): { readonly surface: Surface } => {
  const hosts = new Set(options.hosts ?? [graphHost]);
  const audiences = [...graphAudiences, ...(options.audiences ?? [])];
  return {
    surface: {
      name: 'graph',
      serves: (host) => hosts.has(host),
      bodyLimit,
      handle: createDispatcher({ ...options, audiences }),
      fault({ kind, exchange, status }: Fault) {
        const written = errorAnswer(new GraphError(faults[kind]), exchange ?? { id: newGuid(), headers: {} }, options.clock);
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
