import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { isObject, messageOf, parseJson } from '@podpass/kernel';
import { toolPath } from '../runtime/namespace/wire.ts';
import type { ConnectProbe } from './connect.ts';

const child = fileURLToPath(new URL('./connect-child.ts', import.meta.url));
/** The child keeps no privilege of the platform beyond the network that it is in. */
const shed = ['setpriv', '--no-new-privs', '--bounding-set=-all', '--inh-caps=-all', '--'];
/** What starting the child may take, beside the probe's own time. */
const startTime = 5_000;

/** Runs a probe over the network from inside a pod's network; `enter` leads there. Undefined is success. Never rejects. */
export const connectInside = (enter: readonly string[], probe: ConnectProbe): Promise<string | undefined> =>
  new Promise((resolve) => {
    const command = [...enter, ...shed, process.execPath, child];
    try {
      const running = execFile(
        command[0] ?? '',
        command.slice(1),
        { env: { PATH: toolPath }, cwd: '/', timeout: probe.timeout + startTime, killSignal: 'SIGKILL', maxBuffer: 64 * 1024 },
        (failure, stdout) => {
          const answer = parseJson(stdout);
          if (!isObject(answer)) resolve(`the probe could not be run: ${failure?.message.split('\n')[0] ?? 'it said nothing'}`);
          else resolve(typeof answer['result'] === 'string' ? answer['result'] : undefined);
        },
      );
      running.stdin?.on('error', () => undefined);
      running.stdin?.end(JSON.stringify(probe));
    } catch (thrown) {
      resolve(messageOf(thrown));
    }
  });
