import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** Starts a program, returns the first line that it prints on either stream, and ends it. Empty when it ends, or `seconds` (default 30) pass, without one. */
export const firstLine = (
  command: string,
  args: readonly string[],
  options: { env: NodeJS.ProcessEnv; seconds?: number },
): Promise<string> =>
  new Promise((resolve, reject) => {
    const child = spawn(command, args, { env: options.env, stdio: ['ignore', 'pipe', 'pipe'] });
    let line = '';
    const timer = setTimeout(() => child.kill('SIGKILL'), (options.seconds ?? 30) * 1000);
    for (const stream of [child.stdout, child.stderr])
      createInterface({ input: stream }).once('line', (text) => {
        line ||= text;
        child.kill('SIGTERM');
      });
    child.once('error', reject);
    child.once('close', () => {
      clearTimeout(timer);
      resolve(line);
    });
  });
