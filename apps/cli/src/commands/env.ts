import { Option } from 'commander';
import type { CommandContext, Register } from '../context.ts';
import { exitCodeHelp, exitCodes } from '../exit-codes.ts';
import { keepingOptions, platformVariables, toolsFirst } from '../platform/environment.ts';
import { requirePlatform } from '../platform/run-state.ts';
import { exportLines, shells } from '../shell/quote.ts';

export const envCommand: Register = ({ program, handle, common }) => {
  common(program.command('env'))
    .description('Print the variables that make tools use the running platform, as commands of a shell.')
    .addOption(new Option('--shell <shell>', 'syntax to print').choices(shells).default('sh'))
    .addHelpText('after', `\nExample:\n  eval "$(podpass env)"\n${exitCodeHelp}`)
    .action(handle(env));
};

const env = async ({ system, folder, output, options }: CommandContext): Promise<number> => {
  const { run } = await requirePlatform(folder);
  const variables = keepingOptions(system.env, platformVariables(folder, run.proxy));
  const tools = system.env['PODPASS_TOOLS'];
  const shell = shells.find((name) => name === options['shell']) ?? 'sh';
  const all = tools ? { ...variables, PATH: toolsFirst(system.env) } : variables;
  output.result(all, exportLines(shell, variables, tools).join('\n'));
  return exitCodes.ok;
};
