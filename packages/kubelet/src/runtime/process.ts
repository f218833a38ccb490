import { spawnContainer } from './spawned.ts';
import type { Runtime } from './types.ts';

/** Runs a container as a local process group on the machine itself. */
export const processRuntime: Runtime = {
  name: 'process',
  start: spawnContainer,
};
