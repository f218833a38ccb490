import type { Answer, Fault, Surface } from '@podpass/http';
import type { ClusterContext } from '../cluster/context.ts';
import { errors, StatusError } from '../errors.ts';
import { bodyLimit } from '../wire.ts';
import { dispatch, statusAnswer } from './dispatch.ts';

const faultStatus = (fault: Fault): StatusError => {
  switch (fault.kind) {
    case 'body-too-large':
      return errors.tooLarge(bodyLimit);
    case 'headers-too-large':
      return new StatusError(431, 'BadRequest', fault.message);
    case 'malformed-request':
    case 'bad-path':
      return fault.status === undefined ? errors.badRequest(fault.message) : new StatusError(fault.status, 'BadRequest', fault.message);
    case 'timeout':
      return new StatusError(504, 'Timeout', `Timeout: ${fault.message}`, { details: {} });
    case 'internal':
      return errors.internal(fault.message);
  }
};

/**
 * The Kubernetes API of all clusters, by host name. `hostSuffix` claims every name under it, so that the name of a cluster that does not
 * exist (any more) is answered here.
 */
export const createApiSurface = (options: {
  find: (host: string) => ClusterContext | undefined;
  hostSuffix: string | undefined;
}): Surface => ({
  name: 'kube',
  bodyLimit,
  ...(options.hostSuffix === undefined ? {} : { hosts: [`*${options.hostSuffix}`] }),
  serves: (host) => options.find(host) !== undefined || (options.hostSuffix !== undefined && host.endsWith(options.hostSuffix)),
  async handle(exchange): Promise<Answer> {
    const cluster = options.find(exchange.host);
    if (cluster === undefined) return statusAnswer(errors.unavailable(`no cluster is served under the name ${exchange.host}`));
    return dispatch(cluster, exchange);
  },
  fault: (fault) => statusAnswer(faultStatus(fault)),
});
