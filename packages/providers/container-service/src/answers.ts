import { headers, operationUrl, retryAfter, type ArmRequest } from '@podpass/arm';
import type { Cluster } from './cluster.ts';
import { operationApiVersion } from './wire.ts';

/** Starts background work on a cluster and returns the headers by which it is polled. */
export const startWork = async (
  request: ArmRequest,
  cluster: Cluster,
  options: { readonly work: () => Promise<void>; readonly withLocation?: boolean },
): Promise<Readonly<Record<string, string>>> => {
  const { subscriptionId, tenantId, location } = cluster;
  const started = await request.arm.operations.start({
    tenantId,
    subscriptionId,
    target: cluster.id,
    initiator: request.caller.objectId,
    work: options.work,
  });
  const place = `/subscriptions/${subscriptionId}/providers/Microsoft.ContainerService/locations/${location}`;
  return {
    ...retryAfter,
    [headers.asyncOperation]: operationUrl(request, `${place}/operations/${started.id}`, operationApiVersion),
    ...(options.withLocation === true
      ? { [headers.location]: operationUrl(request, `${place}/operationresults/${started.id}`, operationApiVersion) }
      : {}),
  };
};

/** Whether the request may go on although it names an etag. */
export const matchesEtag = (request: ArmRequest, revision: number): boolean => {
  const given = request.headers['if-match'];
  if (typeof given !== 'string' || given === '*') return given !== '*' || revision !== 0;
  return given.replaceAll('"', '') === String(revision);
};
