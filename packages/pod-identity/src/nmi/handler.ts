import type { MetadataAnswer, MetadataHandler, MetadataRequest } from '../types.ts';
import type { NmiContext, Trail } from './context.ts';
import { nmiError, NmiError, plainText, writeError, type Reason } from './errors.ts';
import { handleHost } from './host-handler.ts';
import { routeOf, type RouteName } from './routes.ts';
import { handleToken } from './token-handler.ts';
import { auditText, routeNames } from './wire.ts';

interface Outcome {
  readonly answer: MetadataAnswer;
  readonly reason: Reason | undefined;
}

/** Everything else goes on to the machine's service as it came. */
const passOn = async ({ machine, flags }: NmiContext, { request }: Trail): Promise<MetadataAnswer> => {
  if (flags['metadata-header-required'] && request.headers['metadata'] !== 'true') throw nmiError.noHeader();
  return machine(request);
};

const handlers: Readonly<Record<RouteName, (context: NmiContext, trail: Trail) => Promise<MetadataAnswer>>> = {
  token: handleToken,
  blocked: async () => {
    throw nmiError.invalid();
  },
  host: handleHost,
  instance: async (context, trail) =>
    context.flags['block-instance-metadata'] ? plainText(403, 'Request blocked by AAD Pod Identity NMI') : passOn(context, trail),
  other: passOn,
};

/** Routes on which a decision about a token is made: each leaves one audit line. */
const decisive: ReadonlySet<RouteName> = new Set<RouteName>(['token', 'blocked', 'host']);

const audit = ({ telemetry, nodeName }: NmiContext, route: RouteName, { trail, outcome }: { trail: Trail; outcome: Outcome }): void => {
  const { request, pod, identity, clientId, resource } = trail;
  const { source } = request;
  telemetry.audit({
    event: 'pod-identity-token',
    outcome: outcome.reason === undefined ? 'granted' : 'refused',
    reason: outcome.reason,
    status: outcome.answer.status,
    requestId: request.id,
    route: routeNames[route],
    node: nodeName,
    // Who asked is what the network proved; for whom differs from it on /host/token only.
    source: source === undefined ? undefined : `${source.namespace}/${source.name}`,
    sourceUid: source?.uid,
    remoteAddress: request.remoteAddress,
    pod: pod?.key,
    podUid: pod?.uid,
    identity,
    clientId,
    resource: resource?.slice(0, auditText),
  });
};

const run = async (context: NmiContext, route: RouteName, trail: Trail): Promise<Outcome> => {
  const { log, telemetry, flags } = context;
  try {
    return { answer: await handlers[route](context, trail), reason: undefined };
  } catch (thrown) {
    if (!(thrown instanceof NmiError)) telemetry.log.error({ error: thrown, requestId: trail.request.id }, 'NMI failed to answer');
    const error = thrown instanceof NmiError ? thrown : nmiError.internal();
    log.error(`${error.message} (status ${String(error.status)}) req.remote=${trail.request.remoteAddress}`);
    return { answer: writeError(error, flags['set-retry-after-header']), reason: error.reason };
  }
};

const printable = (text: string): string => text.slice(0, auditText).replaceAll(/[^\x21-\x7E]/g, '?');

/** Answers for the machine's metadata service to the pods of one node. */
export const createNmiHandler =
  (context: NmiContext): MetadataHandler =>
  async (request: MetadataRequest): Promise<MetadataAnswer> => {
    const began = performance.now();
    const route = routeOf(request.path);
    const trail: Trail = { request, pod: undefined, identity: undefined, clientId: undefined, resource: undefined };
    const outcome = await run(context, route, trail);
    const elapsed = performance.now() - began;
    const { status } = outcome.answer;
    if (decisive.has(route)) audit(context, route, { trail, outcome });
    context.telemetry.metrics.podIdentity.nmiOperationsDuration.observe(elapsed / 1_000, {
      operation_type: routeNames[route],
      status_code: String(status),
      namespace: trail.pod?.namespace ?? '',
      // A resource is the client's own text: it becomes a label only when a token was really issued for it.
      resource: outcome.reason === undefined ? (trail.resource ?? '') : '',
    });
    context.log.info(
      `status (${String(status)}) took ${String(Math.round(elapsed * 1e6))} ns for req.method=${printable(request.method)} reg.path=${printable(request.path)} req.remote=${request.remoteAddress}`,
    );
    return outcome.answer;
  };
