import { spawn } from 'node:child_process';
import os from 'node:os';
import { systemCode } from '@podpass/kernel';
import { exitCodes } from '../exit-codes.ts';
import { CliFailure } from '../failure.ts';
import type { System } from '../system.ts';

const keyboard: readonly NodeJS.Signals[] = ['SIGINT', 'SIGQUIT'];
const forwarded: readonly NodeJS.Signals[] = [...keyboard, 'SIGTERM', 'SIGHUP', 'SIGUSR2'];

/**
 * Runs a command with this process's streams and gives its exit code, 128 + n when signal n ended it. Signals are passed
 * on, except that those of a terminal's keys reach the command by themselves and must not reach it twice.
 */
export const runChild = (system: System, command: readonly string[], env: Record<string, string | undefined>): Promise<number> =>
  new Promise((resolve, reject) => {
    const [program = '', ...args] = command;
    const atTerminal = [system.stdin, system.stdout, system.stderr].some((stream) => stream.isTTY === true);
    const pass = (signal: NodeJS.Signals) => {
      if (!(atTerminal && keyboard.includes(signal))) child.kill(signal);
    };
    const done = () => {
      for (const signal of forwarded) process.off(signal, pass);
    };
    // Before the command starts: it may draw a signal at once, which must not end this process and leave the command behind.
    for (const signal of forwarded) process.on(signal, pass);
    const child = spawn(program, args, { cwd: system.cwd, env, stdio: 'inherit' });
    child.on('error', (cause) => {
      done();
      reject(notStarted(program, cause));
    });
    child.on('exit', (code, signal) => {
      done();
      resolve(signal === null ? (code ?? exitCodes.failed) : 128 + os.constants.signals[signal]);
    });
  });

const notStarted = (program: string, cause: Error): CliFailure => {
  const missing = systemCode(cause) === 'ENOENT';
  return new CliFailure(missing ? 'command-not-found' : 'command-not-executable', `The command ${program} cannot be run.`, {
    why: missing ? 'It is not on PATH.' : (systemCode(cause) ?? cause.message),
    next: missing ? 'Install it, or set PODPASS_TOOLS to the folder that holds it.' : 'Check its permissions.',
    exitCode: missing ? exitCodes.notFound : exitCodes.notExecutable,
    cause,
  });
};
