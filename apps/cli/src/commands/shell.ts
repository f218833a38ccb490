import type { CommandContext, Register } from '../context.ts';
import { commandEnvironment, platformVariables } from '../platform/environment.ts';
import { requirePlatform } from '../platform/run-state.ts';
import { runChild } from '../shell/run-child.ts';

export const shellCommand: Register = ({ program, handle, common }) => {
  common(program.command('shell'))
    .description('Open a sub-shell ($SHELL) in which az, kubectl and the SDKs use the running platform. Leave it with `exit`.')
    .addHelpText('after', "\nExit codes: the shell's own; 3 when the platform is not running.\n")
    .action(handle(shell));
};

const shell = async ({ system, folder, output }: CommandContext): Promise<number> => {
  const { run } = await requirePlatform(folder);
  if (system.stdin.isTTY) output.note(`this shell uses the platform of ${folder.root}; leave it with \`exit\``);
  const env = commandEnvironment(system.env, platformVariables(folder, run.proxy));
  return runChild(system, [system.env['SHELL'] || '/bin/sh'], env);
};
