/**
 * The `podpass` command line: it starts and stops a platform, gives commands and shells its environment, and runs
 * Markdown articles against it. It is a user of the platform like any other and talks HTTP only; the server is a child
 * process. `runCli` takes the process's surroundings as an argument, so that tests can run commands without one.
 */
export { runCli } from './program.ts';
export { exitCodes } from './exit-codes.ts';
export type { System } from './system.ts';
