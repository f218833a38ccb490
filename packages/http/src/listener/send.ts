import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { Answer, AnswerStream } from '../types.ts';
import { encodeAnswer } from './encode.ts';
import { clientGone, type Lifetime } from './lifetime.ts';

/** Waits until the response takes more, or rejects when its client is gone. */
const drained = async (response: ServerResponse, signal: AbortSignal): Promise<void> => {
  await once(response, 'drain', { signal });
};

const answerStream = (response: ServerResponse, signal: AbortSignal): AnswerStream => ({
  signal,
  async write(chunk) {
    signal.throwIfAborted();
    if (response.destroyed) throw new Error(clientGone);
    if (!response.write(chunk)) await drained(response, signal);
  },
});

const sendStream = async (response: ServerResponse, run: NonNullable<Answer['stream']>, lifetime: Lifetime): Promise<void> => {
  lifetime.streaming = true;
  const signal = lifetime.signal();
  response.flushHeaders();
  try {
    await run(answerStream(response, signal));
    response.end();
  } catch (thrown) {
    // Once the signal has aborted, whatever the surface throws is its way of stopping.
    if (!signal.aborted) throw thrown;
    response.end();
  }
};

/** Writes an answer. Rejects when a stream fails after its headers were sent, or when a header cannot be written. */
export const sendAnswer = (
  response: ServerResponse,
  answer: Answer,
  { lifetime, close, date }: { readonly lifetime: Lifetime; readonly close: boolean; readonly date: string },
): Promise<void> | undefined => {
  const { status, headers, body } = encodeAnswer(answer);
  headers['date'] ??= date;
  if (close) headers['connection'] = 'close';
  response.writeHead(status, headers);
  if (answer.stream !== undefined && response.req.method !== 'HEAD') return sendStream(response, answer.stream, lifetime);
  // Node leaves the body out for HEAD by itself.
  response.end(body);
  return undefined;
};
