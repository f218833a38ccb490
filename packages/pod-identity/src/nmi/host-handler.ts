import type { MetadataAnswer, MetadataRequest } from '../types.ts';
import type { NmiContext, Trail } from './context.ts';
import { nmiError, NmiError } from './errors.ts';
import { isExcepted } from './exceptions.ts';
import { findPod } from './find-pod.ts';
import { tokensOf } from './token-handler.ts';
import { hostHeaders, systemNamespace } from './wire.ts';
import { readWanted } from './wanted.ts';

const headerOf = ({ headers }: MetadataRequest, name: string): string => {
  const given = headers[name];
  return typeof given === 'string' ? given : '';
};

/**
 * Whether the request comes from a part of the node. Upstream believes every connection from 127.0.0.1. A connection that
 * the network traced to no pod proves nothing here, so that only this counts: a pod in the host network, in a namespace of
 * the system, that an exception names.
 */
const isNodePart = async ({ view, flags }: NmiContext, { source }: MetadataRequest): Promise<boolean> => {
  if (source?.hostNetwork !== true) return false;
  try {
    const pod = await findPod(view, source);
    return pod.hostNetwork && (pod.namespace === systemNamespace || pod.namespace === flags.MICNamespace) && isExcepted(view, pod);
  } catch (thrown) {
    if (thrown instanceof NmiError) return false;
    throw thrown;
  }
};

/** GET /host/token: a part of the node asks for the token of one of its pods. Throws NmiError for every refusal. */
export const handleHost = async (context: NmiContext, trail: Trail): Promise<MetadataAnswer> => {
  const { request } = trail;
  if (request.method !== 'GET') throw nmiError.method();
  if (request.headers['x-forwarded-for'] !== undefined) throw nmiError.forwarded();
  const namespace = headerOf(request, hostHeaders.namespace);
  const name = headerOf(request, hostHeaders.name);
  if (namespace === '' || name === '') throw nmiError.hostHeaders();
  if (!(await isNodePart(context, request))) throw nmiError.notFromHost();
  const wanted = readWanted(request.query);
  if (wanted.resource === '') throw nmiError.noResource();
  trail.resource = wanted.resource;
  const pod = context.view.pod(`${namespace}/${name}`);
  if (pod === undefined || !pod.alive || pod.hostNetwork) throw nmiError.noIdentity('');
  trail.pod = pod;
  const { tokens, identity } = await tokensOf(context, { pod, wanted, trail });
  return {
    status: 200,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token: tokens[0], clientid: identity.clientId }),
  };
};
