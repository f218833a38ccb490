import { Command, CommanderError, Option } from 'commander';
import { downCommand } from './commands/down.ts';
import { envCommand } from './commands/env.ts';
import { execCommand } from './commands/exec.ts';
import { imageCommand } from './commands/image.ts';
import { issuerCommand } from './commands/issuer.ts';
import { keysCommand } from './commands/keys.ts';
import { loginCommand } from './commands/login.ts';
import { logsCommand } from './commands/logs.ts';
import { propagationCommand } from './commands/propagation.ts';
import { resetCommand } from './commands/reset.ts';
import { runCommand } from './commands/run.ts';
import { shellCommand } from './commands/shell.ts';
import { statusCommand } from './commands/status.ts';
import { tenantCommand } from './commands/tenant.ts';
import { upCommand } from './commands/up.ts';
import { commandContext, type Handler, type Register } from './context.ts';
import { exitCodeHelp, exitCodes } from './exit-codes.ts';
import { asFailure } from './failure.ts';
import { createOutput } from './output.ts';
import type { System } from './system.ts';

const registrations: readonly Register[] = [
  upCommand,
  statusCommand,
  loginCommand,
  execCommand,
  shellCommand,
  envCommand,
  runCommand,
  imageCommand,
  tenantCommand,
  issuerCommand,
  keysCommand,
  propagationCommand,
  logsCommand,
  downCommand,
  resetCommand,
];

/** Runs one command line (without the program's name) and gives its exit code. Never throws. */
export const runCli = async (argv: readonly string[], system: System): Promise<number> => {
  let status: number = exitCodes.ok;
  const program = new Command('podpass');
  program
    .description('Azure workload identity that you run yourself: a cluster, a token service, a vault, and the roles between them.')
    .usage('COMMAND [options]')
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void system.stdout.write(text),
      writeErr: (text) => void system.stderr.write(text),
    })
    .addHelpText('after', `${exitCodeHelp}\nStart with:\n  podpass up --detach\n  podpass login\n  podpass exec -- az group list\n`);
  withCommonOptions(program);

  const handle = <A extends readonly unknown[]>(handler: Handler<A>) => {
    return async (...all: unknown[]): Promise<void> => {
      const command = all.at(-1);
      if (!(command instanceof Command)) return;
      const output = createOutput(system, wantsJson(command));
      try {
        // Commander hands over the arguments that the command declares, then its options, then itself.
        status = await handler(commandContext(system, command, output), ...(all.slice(0, -2) as unknown as A));
      } catch (thrown) {
        const failure = asFailure(thrown);
        output.failure(failure);
        status = failure.exitCode;
      }
    };
  };
  for (const register of registrations) register({ program, handle, common: withCommonOptions });

  try {
    await program.parseAsync([...argv], { from: 'user' });
  } catch (thrown) {
    if (!(thrown instanceof CommanderError)) throw thrown;
    return thrown.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
  }
  return status;
};

const withCommonOptions = (command: Command): Command =>
  command
    .option('--data <dir>', 'data folder of the platform (default: $PODPASS_DATA, else ~/.podpass)')
    .addOption(new Option('--output <format>', 'what goes to standard output').choices(['text', 'json']));

const wantsJson = (command: Command): boolean => command.optsWithGlobals<{ output?: string }>().output === 'json';
