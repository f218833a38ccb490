import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { InvalidArgumentError, Option } from 'commander';
import type { CommandContext, Register } from '../context.ts';
import { exitCodeHelp, exitCodes } from '../exit-codes.ts';
import { CliFailure } from '../failure.ts';
import type { DataFolder } from '../platform/folder.ts';
import { findPlatform, type RunningPlatform, type RunState } from '../platform/run-state.ts';
import { startLimit, startServer, type Ready, type StartedServer } from '../platform/start.ts';

export const upCommand: Register = ({ program, handle, common }) => {
  common(program.command('up'))
    .description('Start the platform and wait until it is ready. Harmless when it runs already.')
    .option('-d, --detach', 'return once it is ready; without it the platform runs until Ctrl-C')
    .option('--port <n>', 'port of the proxy on loopback (default: one that is free)', port)
    .addOption(
      new Option('--outbound <mode>', "hosts that are not Azure's: refuse them, or tunnel to the real network").choices([
        'refuse',
        'tunnel',
      ]),
    )
    .addOption(
      new Option('--durability <mode>', 'acknowledge writes on disk, or before (for throw-away runs)').choices(['full', 'relaxed']),
    )
    .addOption(
      new Option(
        '--runtime <name>',
        'how programs of pods run: in namespaces of their own, as processes of the machine, or whichever is possible (default: auto)',
      ).choices(['auto', 'namespace', 'process']),
    )
    .addOption(
      new Option('--metadata-limits <mode>', "requests that a node's metadata service takes: as many as on Azure, or any number").choices([
        'azure',
        'none',
      ]),
    )
    .addOption(new Option('--log-level <level>', 'what the log holds').choices(['debug', 'info', 'warn', 'error']))
    .addHelpText('after', exitCodeHelp)
    .action(handle(up));
};

const port = (text: string): number => {
  const number = Number(text);
  if (!/^\d{1,5}$/.test(text) || number > 65_535) throw new InvalidArgumentError('It must be a number from 0 to 65535.');
  return number;
};

const passedOn = ['port', 'outbound', 'durability', 'logLevel', 'runtime', 'metadataLimits'] as const;
const flagOf = (name: string): string => `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

const up = async (context: CommandContext): Promise<number> => {
  const { system, folder, options } = context;
  const running = await findPlatform(folder);
  if (running) return alreadyRunning(context, running.run);
  const args = passedOn.flatMap((name) => {
    const value = options[name];
    return typeof value === 'string' || typeof value === 'number' ? [flagOf(name), String(value)] : [];
  });
  const detach = options['detach'] === true;
  const started = await startServer(system, folder, detach ? args : [...args, '--foreground']).catch(async (thrown: unknown) => {
    // Somebody else was faster between the look and the start.
    const other = thrown instanceof CliFailure && thrown.code === 'already-running' ? await awaitPlatform(folder) : undefined;
    if (!other) throw thrown;
    return other.run;
  });
  if (!('child' in started)) return alreadyRunning(context, started);
  announce(context, started.ready, false);
  return detach ? leave(started) : stay(context, started);
};

/** Another start holds the folder: it is ready, or about to be. */
const awaitPlatform = async (folder: DataFolder): Promise<RunningPlatform | undefined> => {
  for (let waited = 0; waited < startLimit; waited += 100) {
    const other = await findPlatform(folder).catch(() => undefined);
    if (other) return other;
    await sleep(100);
  }
  return undefined;
};

const alreadyRunning = (context: CommandContext, run: RunState): number => {
  announce(context, run, true);
  return exitCodes.ok;
};

const announce = ({ output, folder, options }: CommandContext, at: Ready, alreadyRunningBefore: boolean): void => {
  const { pid, proxy, control, https } = at;
  const data = options['data'] === undefined ? '' : ` --data ${folder.root}`;
  output.result(
    { ready: true, alreadyRunning: alreadyRunningBefore, pid, proxy, control, https, data: folder.root },
    `${alreadyRunningBefore ? 'Already running' : 'Ready'}: proxy ${proxy}, TLS on port ${https}, process ${pid}, data in ${folder.root}\n` +
      `The administrator's name and password are in ${folder.admin}, readable by you only.\n` +
      `Try next: podpass login${data} && podpass exec${data} -- az group list`,
  );
};

/** Lets the server run on after this process. */
const leave = ({ child }: StartedServer): number => {
  child.stdout?.destroy();
  child.unref();
  return exitCodes.ok;
};

/** Stays until the server ends, or until Ctrl-C or a signal ends it. */
const stay = async ({ output }: CommandContext, { child }: StartedServer): Promise<number> => {
  let asked = 0;
  const stop = () => {
    asked += 1;
    if (asked === 1) output.note('stopping (Ctrl-C again to force)');
    child.kill(asked === 1 ? 'SIGTERM' : 'SIGKILL');
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
  child.stdout?.resume();
  const [code] = child.exitCode === null && child.signalCode === null ? await once(child, 'exit') : [child.exitCode];
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.off(signal, stop);
  if (asked > 0) {
    output.note(asked === 1 ? 'stopped' : 'stopped by force');
    return exitCodes.ok;
  }
  if (code === 0) return exitCodes.ok;
  throw new CliFailure('ended', 'The platform ended unexpectedly.', {
    why: typeof code === 'number' ? `Its exit code is ${code}.` : 'A signal ended it.',
    next: 'See `podpass logs`; start it again with `podpass up`: acknowledged writes are kept.',
  });
};
