import type { ServerResponse } from 'node:http';

/** How long one exchange lives: until its answer is written, its client is gone, or the server closes. */
export interface Lifetime {
  /** The signal of the exchange; made when it is first asked for. */
  signal(): AbortSignal;
  /** Ends the exchange early: aborts its signal, if anyone has it. */
  abort(reason: Error): void;
  /** Whether the answer is an open stream, which a closing server does not wait for. */
  streaming: boolean;
  /** Where it stands among the open exchanges; theirs alone to use. */
  place: number;
}

/** The message with which signals abort when the client went away. */
export const clientGone = 'The client closed the connection.';

export const createLifetime = (response: ServerResponse): Lifetime => {
  let controller: AbortController | undefined;
  let aborted: Error | undefined;
  const abort = (reason: Error) => {
    aborted ??= reason;
    controller?.abort(aborted);
  };
  return {
    streaming: false,
    place: -1,
    abort,
    signal() {
      if (controller !== undefined) return controller.signal;
      controller = new AbortController();
      if (aborted !== undefined) controller.abort(aborted);
      else if (response.destroyed) abort(new Error(clientGone));
      else
        response.once('close', () => {
          if (!response.writableFinished) abort(new Error(clientGone));
        });
      return controller.signal;
    },
  };
};
