import { request as startRequest, type RequestOptions } from 'node:https';
import type { IncomingMessage } from 'node:http';
import { KernelError, messageOf } from '@podpass/kernel';
import type { Telemetry } from '@podpass/telemetry';
import type { Dialer, WireClient, WireRequest } from '../types.ts';
import { clientLimits } from '../wire.ts';
import { readLines } from './lines.ts';
import { createPools } from './pools.ts';
import { readWhole } from './whole.ts';

export interface WireClientOptions {
  readonly dialer: Dialer;
  /** The platform's CA in PEM; a function when it may change. Not used for external hosts. */
  readonly ca: string | (() => string);
  readonly telemetry: Telemetry;
}

/** Once `signal` aborts, no more of the exchange is waited for. */
interface Deadline {
  readonly signal: AbortSignal;
  /** Takes the time limit away, keeping the caller's signal. */
  readonly release: () => void;
}

const deadline = ({ timeout = clientLimits.timeout, signal }: WireRequest, closing: AbortSignal): Deadline => {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(new KernelError('unavailable', `No complete answer within ${timeout} ms.`)), timeout);
  return {
    signal: AbortSignal.any([controller.signal, closing, ...(signal === undefined ? [] : [signal])]),
    release: () => clearTimeout(timer),
  };
};

const parseUrl = (text: string): URL => {
  const url = URL.parse(text);
  if (url === null || url.protocol !== 'https:') throw new KernelError('invalid', 'The wire client needs an https URL.');
  if (url.username !== '' || url.password !== '') throw new KernelError('invalid', 'A URL with credentials in it is not requested.');
  return url;
};

const failure = (thrown: unknown, signal: AbortSignal): KernelError => {
  const cause: unknown = signal.aborted ? signal.reason : thrown;
  return cause instanceof KernelError ? cause : new KernelError('unavailable', `The request failed: ${messageOf(cause)}`, { cause });
};

/**
 * Creates the platform's own HTTPS client. Every failure is a KernelError: `invalid` for what is never requested (no
 * https, forbidden names, answers above the limit), `unavailable` for what did not work (connection, TLS, time).
 */
export const createWireClient = ({ dialer, ca, telemetry }: WireClientOptions): WireClient => {
  const pools = createPools(dialer);
  const closing = new AbortController();
  const platformCa = typeof ca === 'function' ? ca : () => ca;

  const start = (wire: WireRequest, signal: AbortSignal): Promise<IncomingMessage> => {
    if (closing.signal.aborted) return Promise.reject(new KernelError('closed', 'The client is closed.'));
    const url = parseUrl(wire.url);
    const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
    const external = dialer.isExternal?.(host) ?? false;
    const agent = pools.for({
      host,
      port: url.port === '' ? 443 : Number(url.port),
      serverName: wire.serverName ?? host,
      ca: wire.ca ?? (external ? undefined : platformCa()),
      cert: wire.clientCertificate?.cert,
      key: wire.clientCertificate?.key,
    });
    const body = wire.body ?? '';
    const length = Buffer.byteLength(body);
    const options: RequestOptions = {
      agent,
      method: wire.method,
      host,
      path: url.pathname + url.search,
      headers: {
        host: wire.serverName ?? url.host,
        ...wire.headers,
        ...(length > 0 || wire.body !== undefined ? { 'content-length': length } : {}),
      },
      maxHeaderSize: clientLimits.headerBytes,
      signal,
    };
    return new Promise((resolve, reject) => {
      const outgoing = startRequest(options);
      outgoing.once('response', resolve);
      outgoing.on('error', reject);
      // Nobody asked for another protocol.
      outgoing.once('upgrade', (_answer, socket) => {
        socket.destroy();
        reject(new KernelError('unavailable', 'The server switched protocols unasked.'));
      });
      outgoing.end(body);
    });
  };

  const noted = (wire: WireRequest, thrown: unknown, signal: AbortSignal): KernelError => {
    const error = failure(thrown, signal);
    telemetry.log.debug({ method: wire.method, host: URL.parse(wire.url)?.host, code: error.code }, 'A request of the platform failed.');
    return error;
  };

  return {
    async request(wire) {
      const { signal, release } = deadline(wire, closing.signal);
      try {
        return await readWhole(await start(wire, signal), { maxBytes: wire.maxBytes ?? clientLimits.maxBytes, signal });
      } catch (thrown) {
        throw noted(wire, thrown, signal);
      } finally {
        release();
      }
    },
    async *lines(wire) {
      const { signal, release } = deadline(wire, closing.signal);
      try {
        const answer = await start(wire, signal);
        // The time limit is for the headers: a watch lasts as long as it lasts.
        release();
        yield* readLines(answer, { maxLine: wire.maxBytes ?? clientLimits.lineBytes, mode: wire.lines ?? 'objects' });
      } catch (thrown) {
        if (wire.signal?.aborted === true || closing.signal.aborted) return;
        throw noted(wire, thrown, signal);
      } finally {
        release();
      }
    },
    async close() {
      closing.abort(new KernelError('closed', 'The client is closed.'));
      pools.close();
    },
  };
};
