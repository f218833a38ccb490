import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemCode } from '@podpass/kernel';

/** A killed process needs a moment to go; waited for this long, in milliseconds. */
const dyingTime = 5000;

type State = 'gone' | 'dying' | 'running';

const stateOf = async (pid: number): Promise<State> => {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (systemCode(error) !== 'EPERM') return 'gone';
  }
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  if (stat === undefined) return 'running';
  // The state follows the command's name, which stands in parentheses. A zombie holds nothing any more, even if nobody collects it.
  if (/^[ZX]/.test(stat.slice(stat.lastIndexOf(')') + 2))) return 'gone';
  const commandLine = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  if (commandLine === '') return 'dying';
  return commandLine.includes('server/src/main') || commandLine.includes('podpass') ? 'running' : 'gone';
};

/**
 * Whether a process of that id runs and is a Podpass server. Ids are used again, so on Linux the command line is looked
 * at too, and a process that is just being killed is waited for; elsewhere the id alone decides.
 */
export const isRunning = async (pid: number): Promise<boolean> => {
  for (let waited = 0; ; waited += 20) {
    const state = await stateOf(pid);
    if (state !== 'dying' || waited >= dyingTime) return state === 'running';
    await sleep(20);
  }
};
