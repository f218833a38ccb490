import { KernelError } from '@podpass/kernel';
import type { Telemetry } from '@podpass/telemetry';
import { refusal } from '../imds/errors.ts';
import type { MetadataAnswer, MetadataHandler, MetadataRequest, NodeMetadata } from '../types.ts';
import { looksLikeHostToken, looksLikeIdentityToken } from './canonical-path.ts';
import { retryAfterSeconds } from './wire.ts';

export interface NodeMetadataOptions {
  readonly nodeName: string;
  /** The machine's own service. */
  readonly machine: MetadataHandler;
  /** Whether requests must wait for NMI: true while pod identity is enabled for the cluster. Asked for every request. */
  readonly failClosed: () => boolean;
  readonly telemetry: Telemetry;
}

/** Longest part of a client's text in an audit line. */
const auditText = 256;

const closed = (): MetadataAnswer => ({
  status: 503,
  headers: { 'content-type': 'text/plain; charset=utf-8', 'retry-after': retryAfterSeconds },
  body: 'pod identity is enabled for this cluster, but NMI is not running on this node\n',
});

/**
 * Who answers on one node: NMI while it runs; nobody while it should run and does not; the machine's service on clusters
 * without pod identity. Upstream leaves the machine's tokens to every pod whenever NMI is away; here that is refused.
 */
export const createNodeMetadata = ({
  nodeName,
  machine,
  failClosed,
  telemetry,
}: NodeMetadataOptions): NodeMetadata & { readonly handle: MetadataHandler } => {
  let interceptor: MetadataHandler | undefined;

  const audit = (request: MetadataRequest, { status }: MetadataAnswer, reason: string | undefined): void => {
    const { source } = request;
    telemetry.audit({
      event: 'machine-token',
      outcome: reason === undefined ? 'granted' : 'refused',
      reason,
      status,
      requestId: request.id,
      node: nodeName,
      pod: source === undefined ? undefined : `${source.namespace}/${source.name}`,
      podUid: source?.uid,
      remoteAddress: request.remoteAddress,
      resource: request.query.get('resource')?.slice(0, auditText),
    });
  };

  const decide = async (request: MetadataRequest, token: boolean): Promise<{ answer: MetadataAnswer; reason: string | undefined }> => {
    if (failClosed()) return { answer: closed(), reason: 'nmi-absent' };
    if (token && request.source === undefined) return { answer: refusal.unknownSource(), reason: 'unknown-source' };
    const answer = await machine(request);
    return { answer, reason: answer.status === 200 ? undefined : `machine-${String(answer.status)}` };
  };

  return {
    nodeName,
    machine,
    intercept(handler) {
      if (interceptor !== undefined) throw new KernelError('conflict', `Another NMI answers on node ${nodeName} already.`);
      interceptor = handler;
      return () => {
        if (interceptor === handler) interceptor = undefined;
      };
    },
    handle: async (request) => {
      if (interceptor !== undefined) return interceptor(request);
      const token = looksLikeIdentityToken(request.path) || looksLikeHostToken(request.path);
      const { answer, reason } = await decide(request, token);
      if (token) audit(request, answer, reason);
      return answer;
    },
  };
};
