import type { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';
import type { Logger } from '@podpass/telemetry';
import type { Fault, Surface } from '../types.ts';
import { faultAnswer } from './fault.ts';
import { endWith } from './raw.ts';

/** What Node's parser reports, as faults. Anything that is not listed is a request that is not HTTP. */
const faults: Readonly<Record<string, Fault>> = {
  HPE_HEADER_OVERFLOW: { kind: 'headers-too-large', message: 'The request headers are too large.' },
  ERR_HTTP_REQUEST_TIMEOUT: { kind: 'timeout', message: 'The request did not arrive in time.' },
};
const malformed: Fault = { kind: 'malformed-request', message: 'The request is not valid HTTP/1.1.' };

/** Handles `clientError`: answers with the fault of the surface whose name the TLS handshake asked for. */
export const clientErrors = (surfaceOf: (host: string) => Surface | undefined, log: Logger) => {
  return (
    error: Error & { readonly code?: string },
    socket: Duplex & { readonly _httpMessage?: { readonly headersSent?: boolean } },
  ): void => {
    const code = error.code ?? '';
    // An answer that has begun cannot be replaced, and a connection that broke cannot be answered.
    if (!socket.writable || socket._httpMessage?.headersSent === true || code === 'ECONNRESET' || code === 'EPIPE') {
      socket.destroy();
      return;
    }
    const name = socket instanceof TLSSocket && typeof socket.servername === 'string' ? socket.servername.toLowerCase() : undefined;
    const surface = name === undefined ? undefined : surfaceOf(name);
    const fault = faults[code] ?? malformed;
    log.debug({ surface: surface?.name, fault: fault.kind, code }, 'Refused a request that could not be read.');
    endWith(socket, faultAnswer(surface, fault, log));
  };
};
