import os from 'node:os';
import path from 'node:path';
import type { Command } from 'commander';
import type { Output } from './output.ts';
import { dataFolder, type DataFolder } from './platform/folder.ts';
import type { System } from './system.ts';

/** What every command gets. */
export interface CommandContext {
  readonly system: System;
  readonly output: Output;
  readonly folder: DataFolder;
  /** The options that were given, this command's own and its parents'. */
  readonly options: Readonly<Record<string, unknown>>;
}

/** Does the command's work and gives its exit code. Throws CliFailure. */
export type Handler<A extends readonly unknown[]> = (context: CommandContext, ...args: A) => Promise<number>;

interface Registrar {
  readonly program: Command;
  readonly handle: <A extends readonly unknown[]>(handler: Handler<A>) => (...all: unknown[]) => Promise<void>;
  /** Adds the options that all commands share. */
  readonly common: (command: Command) => Command;
}

/** Declares one command: its words, its help and its handler. */
export type Register = (registrar: Registrar) => void;

export const commandContext = (system: System, command: Command, output: Output): CommandContext => {
  const options = command.optsWithGlobals<Record<string, unknown>>();
  const home = system.env['HOME'] ?? os.homedir();
  const named = typeof options['data'] === 'string' ? options['data'] : system.env['PODPASS_DATA'];
  return { system, output, options, folder: dataFolder(path.resolve(system.cwd, named || path.join(home, '.podpass'))) };
};
