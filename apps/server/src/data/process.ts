import { readFile } from 'node:fs/promises';

/**
 * Whether a process of that id runs and is a Podpass server. Ids are re-used after a reboot, so on Linux the command
 * line is looked at too; elsewhere the id alone decides.
 */
export const isRunning = async (pid: number): Promise<boolean> => {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EPERM')) return false;
  }
  const commandLine = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => undefined);
  return commandLine === undefined || commandLine === '' || commandLine.includes('server/src/main') || commandLine.includes('podpass');
};
