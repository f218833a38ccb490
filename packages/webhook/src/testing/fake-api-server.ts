import type { WireAnswer, WireClient, WireRequest } from '@podpass/http';
import { parseJson } from '@podpass/kernel';

export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

type Reply = { readonly status: number; readonly body: unknown };

/** A wire client whose answers a test writes: `reply` for plain requests, `watch` for the lines of watches. */
export const createFakeWire = (answers: {
  reply: (request: Received) => Reply;
  watch?: (request: Received, signal: AbortSignal) => AsyncIterable<string>;
}) => {
  const received: Received[] = [];
  const receive = (request: WireRequest): Received => {
    const url = new URL(request.url);
    const text = request.body === undefined ? undefined : parseJson(String(request.body));
    const entry = { method: request.method, path: url.pathname + url.search, headers: request.headers ?? {}, body: text };
    received.push(entry);
    return entry;
  };
  const wire: WireClient = {
    async request(request): Promise<WireAnswer> {
      const { status, body } = answers.reply(receive(request));
      return { status, headers: {}, body: Buffer.from(JSON.stringify(body)) };
    },
    async *lines(request) {
      const entry = receive(request);
      if (answers.watch !== undefined) yield* answers.watch(entry, request.signal ?? new AbortController().signal);
    },
    close: async () => undefined,
  };
  return { wire, received };
};

/** Waits until the signal aborts. */
export const untilAborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
