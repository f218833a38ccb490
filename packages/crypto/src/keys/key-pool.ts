import { KernelError } from '@podpass/kernel';
import type { SigningKey } from '../types.ts';
import { generateSigningKey } from './signing-key.ts';

export interface KeyPool {
  /** A key that nobody else gets: a spare one at once, else the next that is ready. Rejects with KernelError `closed` after `close`. */
  take(): Promise<SigningKey>;
  /** Stops the generation of further keys and turns waiting callers away. */
  close(): void;
}

interface Waiter {
  readonly resolve: (key: SigningKey) => void;
  readonly reject: (reason: unknown) => void;
}

/**
 * Keeps up to `size` spare keys. Generation starts at once and makes one key at a time, so that it never holds more
 * than one thread of the pool that also signs tokens. `generate` is replaced only in tests.
 */
export const createKeyPool = (options: { readonly size: number; readonly generate?: () => Promise<SigningKey> }): KeyPool => {
  const generate = options.generate ?? generateSigningKey;
  const spare: SigningKey[] = [];
  const waiting: Waiter[] = [];
  let running = false;
  let closed = false;

  const deliver = (key: SigningKey) => {
    const waiter = waiting.shift();
    if (waiter) waiter.resolve(key);
    else spare.push(key);
  };
  const fail = (reason: unknown) => {
    for (const waiter of waiting.splice(0)) waiter.reject(reason);
  };
  const wanted = () => !closed && (waiting.length > 0 || spare.length < options.size);
  const fill = async () => {
    if (running) return;
    running = true;
    try {
      while (wanted()) deliver(await generate());
    } catch (thrown) {
      // The next `take` tries again: a pool must not spin on a failing generator.
      fail(thrown);
    } finally {
      running = false;
    }
  };

  void fill();
  return {
    take() {
      if (closed) return Promise.reject(new KernelError('closed', 'The key pool is closed.'));
      const ready = spare.shift();
      const key = ready ? Promise.resolve(ready) : new Promise<SigningKey>((resolve, reject) => waiting.push({ resolve, reject }));
      void fill();
      return key;
    },
    close() {
      closed = true;
      spare.length = 0;
      fail(new KernelError('closed', 'The key pool is closed.'));
    },
  };
};
