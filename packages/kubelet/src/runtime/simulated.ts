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

/** An init container without a program: it is passed over, so that the pause behind it can begin. */
export const skippedRuntime: Runtime = {
  name: 'simulated',
  start({ log }) {
    log.close();
    return { exited: Promise.resolve({ exitCode: 0, reason: 'Completed' }), stop: () => Promise.resolve() };
  },
};
