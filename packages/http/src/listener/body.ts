import type { IncomingMessage } from 'node:http';
import type { Limits } from '../wire.ts';

/** What became of a request's body. */
export type BodyOutcome =
  | { readonly kind: 'complete'; readonly body: Buffer }
  /** `drained` tells whether all of it was read, so that the connection can be used again. */
  | { readonly kind: 'too-large'; readonly drained: boolean }
  /** The client is gone, or what it sent was not HTTP; the socket's own error handling has answered. */
  | { readonly kind: 'aborted' };

const none: BodyOutcome = { kind: 'complete', body: Buffer.alloc(0) };

/** Whether a body follows the headers (RFC 9112 section 6.3). */
const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || (headers['content-length'] !== undefined && headers['content-length'] !== '0');

/**
 * Reads a body of at most `limit` bytes. A larger one is thrown away up to the drain limits before the outcome is told:
 * most clients send everything before they read, and would see a reset connection instead of the refusal.
 */
export const readBody = (request: IncomingMessage, limit: number, limits: Limits): Promise<BodyOutcome> | BodyOutcome => {
  if (!hasBody(request)) return none;
  const announced = Number(request.headers['content-length'] ?? 0);
  if (announced > limits.drainBytes) return { kind: 'too-large', drained: false };
  return new Promise((resolve) => {
    let chunks: Buffer[] = [];
    let size = 0;
    let timer: NodeJS.Timeout | undefined;
    let over = announced > limit;
    const settle = (outcome: BodyOutcome) => {
      clearTimeout(timer);
      request.off('data', onData);
      resolve(outcome);
    };
    const refuse = () => {
      over = true;
      chunks = [];
      timer ??= setTimeout(() => settle({ kind: 'too-large', drained: false }), limits.drainTimeout);
    };
    const onData = (chunk: Buffer) => {
      size += chunk.length;
      if (size > limits.drainBytes) return settle({ kind: 'too-large', drained: false });
      if (!over && size > limit) refuse();
      if (!over) chunks.push(chunk);
    };
    if (over) refuse();
    request.on('data', onData);
    request.once('end', () => {
      const [first] = chunks;
      if (over) settle({ kind: 'too-large', drained: true });
      else settle({ kind: 'complete', body: chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks, size) });
    });
    request.once('error', () => settle({ kind: 'aborted' }));
    request.once('close', () => settle({ kind: 'aborted' }));
  });
};
