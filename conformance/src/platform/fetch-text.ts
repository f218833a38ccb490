import type { RunResult } from '@podpass/tools';
import type { Platform } from './platform.ts';

/** Fetches a URL as the platform's clients see it, through the proxy and with its certificates; needs no program but Node. */
export const fetchText = (platform: Pick<Platform, 'run'>, url: string): Promise<RunResult> => {
  const source = `fetch(${JSON.stringify(url)}).then(async (answer) => { process.stdout.write(await answer.text()); process.exitCode = answer.ok ? 0 : 1; })`;
  return platform.run(process.execPath, ['-e', source], { env: { NODE_USE_ENV_PROXY: '1' } });
};
