import { isKernelError } from '@podpass/kernel';
import type { Answer, Exchange, Fault, Surface } from '@podpass/http';
import type { Telemetry } from '@podpass/telemetry';
import { armErrors, fail } from './errors.ts';
import { ArmError, errorBody } from './fault.ts';
import { answerMetadata } from './metadata.ts';
import type { Dispatch, Flow } from './phases/flow.ts';
import { phases } from './phases/index.ts';
import type { ArmAnswer } from './provider.ts';
import { bodyLimit, headers } from './wire.ts';

/** Codes that say that Podpass does not have what was asked for. */
const unserved: ReadonlySet<string> = new Set([
  'InvalidResourceNamespace',
  'InvalidResourceType',
  'MethodNotAllowed',
  'NoRegisteredProviderFound',
  'NotSupported',
  'CustomRolesNotSupported',
]);

const single = (value: string | string[] | undefined): string | undefined => (Array.isArray(value) ? value[0] : value);

/** Ids that a client may choose; anything else in these headers is not echoed. */
const plainId = /^[\w.-]{1,128}$/;

const urlHeaders: ReadonlySet<string> = new Set([headers.location, headers.asyncOperation]);

/** Ids keep their letters of any script in bodies; in a header only ASCII can stand (RFC 9110, 5.5). */
const encodeUrls = (given: Readonly<Record<string, string>> = {}): Record<string, string> =>
  Object.fromEntries(
    Object.entries(given).map(([name, value]) => [
      name,
      urlHeaders.has(name) ? value.replaceAll(/[^\x21-\x7e]+/g, (text) => encodeURIComponent(text.toWellFormed())) : value,
    ]),
  );

/** The headers of every answer. The client's own id comes back only if it asked for that. */
const commonHeaders = (exchange: Pick<Exchange, 'id' | 'headers'>): Record<string, string> => {
  const clientId = single(exchange.headers[headers.clientRequestId]);
  const wanted = single(exchange.headers[headers.returnClientRequestId])?.toLowerCase() === 'true';
  const correlation = single(exchange.headers[headers.correlationId]);
  return {
    [headers.requestId]: exchange.id,
    [headers.correlationId]: correlation !== undefined && plainId.test(correlation) ? correlation : exchange.id,
    [headers.routingId]: `PODPASS:${exchange.id}`,
    ...(wanted && clientId !== undefined && plainId.test(clientId) ? { [headers.clientRequestId]: clientId } : {}),
    'cache-control': 'no-cache',
    'x-content-type-options': 'nosniff',
  };
};

/** Errors of the resource manager itself; every other code is a provider's. */
const ownCodes: ReadonlySet<string> = new Set(Object.entries(armErrors).map(([key, row]) => ('code' in row ? row.code : key)));

const writeError = (error: ArmError): ArmAnswer => ({
  status: error.status,
  headers: { [headers.failureCause]: ownCodes.has(error.code) ? 'gateway' : 'service', ...error.headers },
  body: errorBody(error),
});

const normalise = (thrown: unknown): ArmError | undefined => {
  if (thrown instanceof ArmError) return thrown;
  if (isKernelError(thrown, 'conflict')) return fail('Conflict', undefined, { cause: thrown });
  return undefined;
};

const faultError = (fault: Fault): ArmError => {
  switch (fault.kind) {
    case 'body-too-large':
      return fail('RequestTooLarge', { problem: `more than ${bodyLimit} bytes` });
    case 'headers-too-large':
      return fail('RequestHeadersTooLarge');
    case 'malformed-request':
    case 'bad-path':
      return fail('InvalidRequestUri', { problem: fault.message.replace(/\.$/, '') });
    case 'timeout':
      return fail('RequestTimeout');
    case 'internal':
      return fail('InternalServerError', { request: fault.exchange?.id ?? 'unknown' });
    default:
      return fault.kind satisfies never;
  }
};

export const createSurface = (dispatch: Dispatch, telemetry: Pick<Telemetry, 'metrics' | 'audit'>): Surface => {
  const { profile } = dispatch;
  const hosts = new Set(profile.hosts);

  /** Refused callers go to the audit trail; what the platform does not serve is counted. */
  const report = (exchange: Exchange, error: ArmError) => {
    if (error.status === 401 || error.status === 403) {
      telemetry.audit({ event: 'arm-request', outcome: 'refused', reason: error.code, request: exchange.id, method: exchange.method });
    }
    if (unserved.has(error.code)) telemetry.metrics.refusals.increment({ surface: 'arm', reason: error.code });
  };

  const answer = async (exchange: Exchange): Promise<ArmAnswer> => {
    const origin = `https://${exchange.authority}`;
    if (exchange.method === 'GET' && exchange.path.toLowerCase().replace(/\/$/, '') === '/metadata/endpoints') {
      return answerMetadata({ profile, origin, version: exchange.query.get('api-version') });
    }
    const flow: Flow = { exchange, origin };
    for (const phase of phases) await phase(flow, dispatch);
    if (flow.answer === undefined) throw new Error('no phase has answered');
    return flow.answer;
  };

  return {
    name: 'arm',
    serves: (host) => hosts.has(host),
    bodyLimit,
    async handle(exchange): Promise<Answer> {
      const common = commonHeaders(exchange);
      try {
        const given = await answer(exchange);
        return { ...given, headers: { ...common, ...encodeUrls(given.headers) } };
      } catch (thrown) {
        const error = normalise(thrown);
        if (error === undefined) throw thrown;
        report(exchange, error);
        const written = writeError(error);
        return { ...written, headers: { ...common, ...written.headers } };
      }
    },
    fault(fault) {
      const written = writeError(faultError(fault));
      const common = fault.exchange === undefined ? {} : commonHeaders(fault.exchange);
      return { ...written, status: fault.status ?? written.status, headers: { ...common, ...written.headers } };
    },
  };
};
