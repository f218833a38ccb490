import type { MetadataAnswer, MetadataRequest } from '../types.ts';
import { selectorOf } from './acquire/machine.ts';
import { AcquireError, type NmiTokens } from './acquire/types.ts';
import type { NmiContext, Trail } from './context.ts';
import { nmiError, redactId } from './errors.ts';
import { isExcepted, isMic } from './exceptions.ts';
import { findPod } from './find-pod.ts';
import { isManaged } from './flags.ts';
import type { IdentityRecord, PodRecord } from './objects.ts';
import { mayShare } from './reservations.ts';
import { namesIdentity, readWanted, type Wanted } from './wanted.ts';

/** Upstream's JSON; with several tenants an array. */
const answerTokens = ([token, ...more]: NmiTokens): MetadataAnswer => ({
  status: 200,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(more.length === 0 ? token : [token, ...more]),
});

/** The checks that need nothing but the request, in upstream's order. Throws NmiError. */
const checkRequest = ({ method, headers, remoteAddress }: MetadataRequest, headerRequired: boolean): void => {
  if (method !== 'GET') throw nmiError.method();
  if (headerRequired && headers['metadata'] !== 'true') throw nmiError.noHeader();
  if (headers['x-forwarded-for'] !== undefined) throw nmiError.forwarded();
  if (remoteAddress === '') throw nmiError.noRemote();
};

const fromMachine = async (
  { machineClient, reservations }: NmiContext,
  pod: PodRecord,
  { wanted, trail }: { readonly wanted: Wanted; readonly trail: Trail },
): Promise<MetadataAnswer> => {
  trail.identity = 'machine';
  try {
    const { token, clientId } = await machineClient.token(wanted.resource, selectorOf(wanted));
    trail.clientId = clientId;
    if (!mayShare(reservations, clientId, pod))
      throw nmiError.exceptedRefused(`the identity is for other namespaces than ${pod.namespace}`);
    return answerTokens([token]);
  } catch (thrown) {
    if (thrown instanceof AcquireError) throw nmiError.exceptedRefused(thrown.message);
    throw thrown;
  }
};

/** Gets the tokens of a pod's identity and writes upstream's log lines. Throws NmiError. */
export const tokensOf = async (
  { acquire, log, find, view }: NmiContext,
  { pod, wanted, trail }: { readonly pod: PodRecord; readonly wanted: Wanted; readonly trail: Trail },
): Promise<{ readonly tokens: NmiTokens; readonly identity: IdentityRecord }> => {
  const identity = await find(pod, wanted);
  trail.identity = identity.key;
  trail.clientId = identity.clientId;
  if (!namesIdentity(wanted))
    log.info(`no clientID or resourceID in request. ${pod.key} has been matched with azure identity ${identity.key}`);
  log.info(
    `matched identityType:${String(identity.type)} clientid:${redactId(identity.clientId)} resource:${wanted.resource.slice(0, 256)}`,
  );
  try {
    const tokens = await acquire(identity, wanted);
    // The pod may have gone while the token was on its way.
    if (view.podByUid(pod.uid) === undefined) throw nmiError.unknownPod();
    return { tokens, identity };
  } catch (thrown) {
    if (!(thrown instanceof AcquireError)) throw thrown;
    throw thrown.kind === 'refused' ? nmiError.tokenRefused(thrown.message) : nmiError.tokenUnavailable(thrown.message);
  }
};

/** GET /metadata/identity/oauth2/token from a pod. Throws NmiError for every refusal. */
export const handleToken = async (context: NmiContext, trail: Trail): Promise<MetadataAnswer> => {
  const { request } = trail;
  checkRequest(request, context.flags['metadata-header-required']);
  const wanted = readWanted(request.query);
  if (wanted.resource === '') throw nmiError.noResource();
  trail.resource = wanted.resource;
  const pod = await findPod(context.view, request.source);
  trail.pod = pod;
  if (isExcepted(context.view, pod)) return fromMachine(context, pod, { wanted, trail });
  // Upstream never sees these pods: their packets do not pass its rule. Their address is the node's.
  if (pod.hostNetwork || request.source?.hostNetwork === true) throw nmiError.hostNetwork();
  // Managed mode has no MIC: a pod that looks like one is somebody else's.
  if (!isManaged(context.flags) && isMic(context.flags.MICNamespace, pod)) return fromMachine(context, pod, { wanted, trail });
  return answerTokens((await tokensOf(context, { pod, wanted, trail })).tokens);
};
