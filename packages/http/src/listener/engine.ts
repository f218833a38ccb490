import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Server } from 'node:https';
import type { Duplex } from 'node:stream';
import { fastify, type InjectOptions } from 'fastify';

export interface Injected {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | number | undefined>>;
  readonly body: Buffer;
}

export interface Engine {
  readonly server: Server;
  /** Must be awaited before the server listens. */
  ready(): Promise<void>;
  inject(request: InjectOptions): Promise<Injected>;
  close(): Promise<void>;
}

export interface EngineOptions {
  readonly createServer: (handler: RequestListener) => Server;
  readonly handle: (request: IncomingMessage, response: ServerResponse) => void;
  /** Takes connections whose bytes are not HTTP, or come too slowly. */
  readonly clientError: (error: Error & { readonly code?: string }, socket: Duplex) => void;
}

/**
 * Fastify, reduced to what the listener needs of it: one route for every method and target. Its router sees `/` only, so
 * that no target is decoded or refused before a surface has seen it, and its body parsers never run, since each surface
 * has its own limit and takes every content type.
 */
export const createEngine = ({ createServer, handle, clientError }: EngineOptions): Engine => {
  let server: Server | undefined;
  const app = fastify({
    logger: false,
    rewriteUrl: () => '/',
    serverFactory: (handler) => (server = createServer((request, response) => handler(request, response))),
    clientErrorHandler: clientError,
    // Requests keep ids of their own.
    genReqId: () => '',
  });
  app.addHook('onRequest', (request, reply) => {
    reply.hijack();
    handle(request.raw, reply.raw);
  });
  app.all('/', () => undefined);
  if (server === undefined) throw new Error('The engine made no server.');
  return {
    server,
    ready: async () => {
      await app.ready();
    },
    inject: async (request) => {
      const answer = await app.inject(request);
      return { status: answer.statusCode, headers: answer.headers, body: answer.rawPayload };
    },
    close: () => app.close(),
  };
};
