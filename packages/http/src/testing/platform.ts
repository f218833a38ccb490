import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { certificateCache, createCertificateAuthority } from '@podpass/crypto';
import { createClock } from '@podpass/kernel';
import { silentTelemetry, type Telemetry } from '@podpass/telemetry';
import { createListener } from '../listener/listener.ts';
import type { Exchange, Surface } from '../types.ts';
import type { Limits } from '../wire.ts';

const clock = createClock();
/** An hour ahead of the machine, so that tests see whose time is used. */
export const shifted = createClock({ offset: 3_600_000 });
export const authority = await createCertificateAuthority({
  commonName: 'Test',
  permittedDns: ['test', 'localhost'],
  permittedIps: ['127.0.0.0/8'],
  clock,
  days: 2,
});

/** A surface under `name.test` that echoes, and words its faults so that tests can tell them apart. */
export const surface = (name: string, over: Partial<Surface> = {}): Surface => ({
  name,
  hosts: [`${name}.test`],
  serves: (host) => host === `${name}.test`,
  bodyLimit: 1024,
  handle: async ({ method, path, query, body, host, authority: written, peer }: Exchange) => ({
    status: 200,
    body: { method, path, query: [...query], size: body.length, host, authority: written, client: peer.certificate?.subject ?? null },
  }),
  fault: ({ kind, message, exchange, status }) => ({
    status:
      status ??
      (kind === 'headers-too-large' ? 431 : kind === 'body-too-large' ? 413 : kind === 'internal' ? 500 : kind === 'timeout' ? 408 : 400),
    body: { from: name, kind, message, path: exchange?.path },
  }),
  ...over,
});

/** Starts a listener for tests; `await using` closes it. */
export const platform = async (surfaces: readonly Surface[], options: { limits?: Partial<Limits>; telemetry?: Telemetry } = {}) => {
  const { telemetry = silentTelemetry(), limits = {} } = options;
  const listener = createListener({ surfaces, certificates: certificateCache(authority, clock), telemetry, clock: shifted, limits });
  const { port } = await listener.listen();
  return { listener, port, [Symbol.asyncDispose]: () => listener.close({ graceMs: 50 }) };
};

/** A TLS connection to the listener. */
export const secure = (port: number, servername: string | undefined, over: object = {}): Promise<TLSSocket> =>
  new Promise((resolve, reject) => {
    const socket = connectTls(
      { port, host: '127.0.0.1', ...(servername === undefined ? {} : { servername }), ca: authority.certificate, ...over },
      () => resolve(socket),
    );
    socket.once('error', reject);
  });

export const plain = (port: number): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const socket = connectTcp({ port, host: '127.0.0.1' }, () => resolve(socket));
    socket.once('error', reject);
  });

/** Sends text and gathers everything until the other side closes. */
export const talk = (socket: Socket, ...parts: readonly string[]): Promise<string> =>
  new Promise((resolve) => {
    let text = '';
    socket.on('data', (chunk) => (text += chunk.toString()));
    socket.on('error', () => resolve(text));
    socket.on('close', () => resolve(text));
    for (const part of parts) socket.write(part);
  });

export const statusOf = (text: string): number => Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0);
export const bodyOf = (text: string): Record<string, unknown> =>
  JSON.parse(text.slice(text.indexOf('\r\n\r\n') + 4)) as Record<string, unknown>;
