import { podpass, startPlatform } from '../platform/platform.ts';

/** The runtime that this machine's platforms choose by themselves. */
export interface Runtime {
  readonly name: string;
  readonly because: string;
}

export const runtimeOf = async (data: string): Promise<Runtime> => {
  const { stdout } = await podpass(['status', '--data', data, '--output', 'json']);
  return (JSON.parse(stdout) as { runtime: Runtime }).runtime;
};

const chosen = await (async () => {
  await using platform = await startPlatform('runtime-probe');
  return await runtimeOf(platform.data);
})();

/** Whether the namespace runtime works here; suites that need it are skipped, loudly, where it does not. */
export const namespacesPossible = chosen.name === 'namespace';
if (!namespacesPossible) process.stderr.write(`SKIPPED: suites of the namespace runtime, because ${chosen.because}\n`);
