import type { IncomingMessage } from 'node:http';
import { KernelError } from '@podpass/kernel';
import type { WireAnswer } from '../types.ts';

/** Reads an answer of at most `maxBytes` bytes; a larger one ends its connection and rejects with KernelError `invalid`. */
export const readWhole = async (
  answer: IncomingMessage,
  { maxBytes, signal }: { readonly maxBytes: number; readonly signal: AbortSignal },
): Promise<WireAnswer> => {
  const tooLarge = () => new KernelError('invalid', `The answer is larger than ${maxBytes} bytes.`);
  if (Number(answer.headers['content-length'] ?? 0) > maxBytes) {
    answer.destroy();
    throw tooLarge();
  }
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    signal.throwIfAborted();
    size += chunk.length;
    if (size > maxBytes) {
      answer.destroy();
      throw tooLarge();
    }
    chunks.push(chunk);
  }
  if (!answer.complete) throw new KernelError('unavailable', 'The answer broke off.');
  return { status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(chunks, size) };
};
