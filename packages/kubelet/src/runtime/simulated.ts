import type { Exit, Runtime } from './types.ts';

/** Exit code of a process that SIGTERM ended. */
const terminated = 143;

/** A pause: runs until it is stopped, and does nothing. */
export const simulatedRuntime: Runtime = {
  name: 'simulated',
  start({ log }) {
    const { promise: exited, resolve } = Promise.withResolvers<Exit>();
    return {
      exited,
      stop() {
        log.close();
        resolve({ exitCode: terminated, reason: 'Error' });
        return Promise.resolve();
      },
    };
  },
};
