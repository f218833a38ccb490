import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Answer } from '../types.ts';
import { encodeAnswer } from './encode.ts';

/** An answer as HTTP/1.1 bytes, for sockets without a response object: after parse errors and refused upgrades. */
const rawAnswer = (answer: Answer): Buffer => {
  const { status, headers, body } = encodeAnswer(answer);
  const lines = Object.entries({ ...headers, connection: 'close' })
    .map(([name, value]) => `${name}: ${String(value).replaceAll(/[\r\n]/g, ' ')}\r\n`)
    .join('');
  return Buffer.concat([Buffer.from(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Unknown'}\r\n${lines}\r\n`), Buffer.from(body ?? '')]);
};

/** How long a refused client may take to read its refusal. */
const lingerTimeout = 1_000;

/**
 * Writes an answer to a bare socket and closes it. What the client still sends is read and thrown away for a moment:
 * closing at once would reset the connection before the client has read the answer.
 */
export const endWith = (socket: Duplex, answer: Answer): void => {
  if (socket.destroyed || !socket.writable) {
    socket.destroy();
    return;
  }
  socket.on('error', () => socket.destroy());
  const timer = setTimeout(() => socket.destroy(), lingerTimeout);
  timer.unref();
  socket.once('close', () => clearTimeout(timer));
  socket.once('end', () => socket.destroy());
  socket.end(rawAnswer(answer));
  socket.resume();
};
