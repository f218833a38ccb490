import { spawn } from 'node:child_process';
import { Socket as Datagram } from 'node:dgram';
import { Server } from 'node:net';
import { fileURLToPath } from 'node:url';
import { isObject, KernelError } from '@podpass/kernel';
import type { Endpoint } from '../types.ts';
import { limits } from '../wire.ts';
import { environment } from './shell.ts';

export interface WantedSocket extends Endpoint {
  readonly kind: 'tcp' | 'udp';
}

export interface SocketOpener {
  /** Opens the sockets, in order; once. Rejects with `unavailable` when one cannot be had: then none stays open. */
  open(wanted: readonly WantedSocket[]): Promise<readonly (Server | Datagram)[]>;
  /** Ends the helper without opening anything. */
  cancel(): void;
}

const script = fileURLToPath(new URL('socket-child.cjs', import.meta.url));

/**
 * Starts a helper in a network namespace (`enter` is the command prefix that leads there). Starting takes most of the time, so it can be
 * done while the addresses are still being set.
 */
export const startSocketOpener = (enter: readonly string[]): SocketOpener => {
  const [program = '', ...args] = enter;
  const child = spawn(program, [...args, process.execPath, '--no-warnings', script], {
    cwd: '/',
    env: environment,
    detached: true,
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  const opened: (Server | Datagram)[] = [];
  const { promise, resolve, reject } = Promise.withResolvers<readonly (Server | Datagram)[]>();
  // Whoever never asks must not be told.
  promise.catch(() => undefined);
  let expected: number | undefined;
  let settled = false;

  const fail = (why: string): void => {
    if (settled) return;
    settled = true;
    child.kill('SIGKILL');
    for (const socket of opened) socket?.close();
    reject(new KernelError('unavailable', `Listening inside the namespace failed: ${why}.`));
  };
  const timer = setTimeout(() => fail('it took too long'), limits.sockets);
  child.on('error', (thrown) => fail(thrown.message));
  child.on('exit', () => {
    clearTimeout(timer);
    fail('the helper ended');
  });
  child.on('message', (message, handle) => {
    if (!isObject(message) || typeof message.index !== 'number') return;
    if (typeof message.error === 'string') return fail(message.error);
    if (!(handle instanceof Server) && !(handle instanceof Datagram)) return fail('a socket was not handed over');
    if (settled) {
      handle.close();
      return;
    }
    opened[message.index] = handle;
    if (opened.filter((socket) => socket !== undefined).length !== expected) return;
    settled = true;
    child.disconnect();
    resolve(opened);
  });
  return {
    open(wanted) {
      expected = wanted.length;
      if (settled) return promise;
      if (wanted.length === 0) {
        settled = true;
        child.disconnect();
        resolve([]);
        return promise;
      }
      child.send(wanted, (thrown) => {
        if (thrown !== null) fail(thrown.message);
      });
      return promise;
    },
    cancel: () => fail('it was given up'),
  };
};
