import type { CommandContext, Register } from '../context.ts';
import { exitCodeHelp, exitCodes } from '../exit-codes.ts';
import { findPlatform } from '../platform/run-state.ts';
import { stopServer, type StopManner } from '../platform/stop.ts';

export const downCommand: Register = ({ program, handle, common }) => {
  common(program.command('down'))
    .description('Stop the platform. Its data are kept. Harmless when it does not run.')
    .addHelpText('after', exitCodeHelp)
    .action(handle(down));
};

const manners: Readonly<Record<StopManner, string>> = {
  graceful: 'Stopped.',
  terminated: 'Stopped by SIGTERM: it did not follow the request in time.',
  killed: 'Killed: it followed neither the request nor SIGTERM. Acknowledged writes are kept.',
};

const down = async ({ folder, output }: CommandContext): Promise<number> => {
  const platform = await findPlatform(folder);
  if (!platform) {
    output.result({ stopped: false, running: false, data: folder.root }, `Not running (data in ${folder.root}): nothing to stop.`);
    return exitCodes.ok;
  }
  const manner = await stopServer(folder, platform.run);
  output.result({ stopped: true, manner, pid: platform.run.pid, data: folder.root }, manners[manner]);
  return exitCodes.ok;
};
