import type { CommandContext, Register } from '../context.ts';
import { commandEnvironment, platformVariables } from '../platform/environment.ts';
import { requirePlatform } from '../platform/run-state.ts';
import { runChild } from '../shell/run-child.ts';

export const execCommand: Register = ({ program, handle, common }) => {
  common(program.command('exec'))
    .description('Run a command against the running platform: proxy, certificates, az and kubectl configuration are set for it alone.')
    .usage('[options] -- COMMAND [arguments...]')
    .argument('<command...>', 'the command and its arguments')
    .passThroughOptions()
    .addHelpText(
      'after',
      `
Exit codes: the command's own; 128 + n when signal n ended it; 126 and 127 when it cannot be run or found;
3 when the platform is not running.

Example:
  podpass exec -- az group create --name g --location westeurope
`,
    )
    .action(handle(exec));
};

const exec = async ({ system, folder }: CommandContext, command: readonly string[]): Promise<number> => {
  const { run } = await requirePlatform(folder);
  return runChild(system, command, commandEnvironment(system.env, platformVariables(folder, run.proxy)));
};
