import type { WireAnswer, WireClient, WireRequest } from '@podpass/http';
import { parseJson } from '@podpass/kernel';

export interface Seen {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** A wire client whose answers a test writes. `lines` yields what `watch` gives. */
export const scriptedWire = (script: {
  reply?: (seen: Seen) => { status: number; body: unknown };
  watch?: (seen: Seen, signal: AbortSignal) => AsyncIterable<unknown>;
}) => {
  const seen: Seen[] = [];
  const note = (request: WireRequest): Seen => {
    const url = new URL(request.url);
    const entry = {
      method: request.method,
      path: url.pathname + url.search,
      headers: request.headers ?? {},
      body: request.body === undefined ? undefined : parseJson(String(request.body)),
    };
    seen.push(entry);
    return entry;
  };
  const wire: WireClient = {
    async request(request): Promise<WireAnswer> {
      const { status, body } = script.reply?.(note(request)) ?? { status: 404, body: {} };
      return { status, headers: {}, body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)) };
    },
    async *lines(request) {
      const entry = note(request);
      const signal = request.signal ?? new AbortController().signal;
      for await (const line of script.watch?.(entry, signal) ?? []) yield typeof line === 'string' ? line : JSON.stringify(line);
    },
    close: async () => undefined,
  };
  return { wire, seen };
};

export const untilAborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });

/** An object with the metadata that every stored object has. */
export const stored = (name: string, resourceVersion: number, uid = `uid-${name}`) => ({
  metadata: { name, namespace: 'ns', uid, resourceVersion: String(resourceVersion) },
});
