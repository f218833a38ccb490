import { messageOf } from '@podpass/kernel';
import type { Logger } from '@podpass/telemetry';
import type { Answer, Fault, Surface } from '../types.ts';

/** The usual status of each kind of fault. */
const statuses: Readonly<Record<Fault['kind'], number>> = {
  'body-too-large': 413,
  'headers-too-large': 431,
  'malformed-request': 400,
  'bad-path': 400,
  timeout: 408,
  internal: 500,
};

/** The HTTP status of a fault: the one that it brings, else the usual one of its kind (RFC 9110 section 15.5, RFC 6585 section 5). */
export const faultStatus = ({ kind, status }: Pick<Fault, 'kind' | 'status'>): number => status ?? statuses[kind];

/** The listener's own words, for connections that belong to no surface. */
const plainFault = (fault: Fault): Answer => ({
  status: faultStatus(fault),
  body: { error: { code: fault.kind, message: fault.message } },
});

/** The surface's words for a fault; the listener's own when there is no surface, or it fails itself. */
export const faultAnswer = (surface: Surface | undefined, fault: Fault, log: Logger): Answer => {
  if (surface === undefined) return plainFault(fault);
  try {
    const answer = surface.fault(fault);
    return answer.stream === undefined ? answer : plainFault(fault);
  } catch (thrown) {
    log.error({ surface: surface.name, fault: fault.kind, error: thrown }, `The surface cannot write its own fault: ${messageOf(thrown)}`);
    return plainFault(fault);
  }
};

export const internalFault: Pick<Fault, 'kind' | 'message'> = { kind: 'internal', message: 'An internal error occurred.' };

/** The answer for a host that nothing serves (RFC 9110 section 15.5.20). */
export const unknownHost = (surfaces: readonly Surface[], host: string): Answer => ({
  status: 421,
  body: {
    error: {
      code: 'UnknownHost',
      message: `Podpass serves nothing under '${host}'.`,
      served: surfaces.map(({ name, hosts }) => ({ surface: name, ...(hosts === undefined ? {} : { hosts }) })),
    },
  },
});
