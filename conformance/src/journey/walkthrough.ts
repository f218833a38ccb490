import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { ensureAz, ensureKubectl, root, run } from '@podpass/tools';
import { podpass, startPlatform, said } from '../platform/platform.ts';

/**
 * `npm run walkthrough`: starts a platform in a fresh folder, signs the real Azure CLI in, runs the walkthrough articles
 * with the real tools, and ends with `PASS` or `FAIL`. Where the Azure CLI cannot be had, the journey of the first article
 * goes through the official JavaScript SDKs, and the output says so.
 */
const articles = ['workload-identity', 'pod-identity'].map((name) => path.join(root, `docs/walkthroughs/${name}.md`));

const withTools = async (): Promise<number> => {
  await using platform = await startPlatform('walkthrough');
  const login = await platform.podpass('login');
  if (login.code !== 0) throw new Error(said(login));
  for (const article of articles) {
    const result = await podpass(['run', article, '--data', platform.data, ...process.argv.slice(2)], { env: platform.env, show: true });
    if (result.code !== 0) return result.code;
    const line = await provenLine(platform.kubectl);
    if (line !== '') process.stdout.write(`\n${line}\n`);
  }
  return 0;
};

/** The log line of the pod that the article ran: the proof, in the pod's own words. */
const provenLine = async (kubectl: (...args: string[]) => Promise<{ stdout: string }>): Promise<string> => {
  // The second article takes its cluster down again: it compares the log itself.
  const pods = await kubectl('get', 'pods', '-o', 'name').catch(() => ({ stdout: '' }));
  const [name] = pods.stdout.trim().split('\n');
  return name === undefined || name === '' ? '' : (await kubectl('logs', name, '--tail=1')).stdout.trim();
};

const withSdks = async (): Promise<number> => {
  process.stdout.write('The Azure CLI cannot be had on this machine: the journey goes through the official JavaScript SDKs instead.\n');
  await using platform = await startPlatform('walkthrough');
  const result = await run(process.execPath, [path.join(root, 'conformance/src/journey/sdk-journey.ts')], {
    env: platform.env,
    input: await readFile(path.join(platform.data, 'admin.json'), 'utf8'),
    show: true,
  });
  return result.code;
};

const az = process.env['PODPASS_WALKTHROUGH'] === 'sdk' ? undefined : await ensureAz();
const kubectl = az === undefined ? undefined : await ensureKubectl();
const started = performance.now();
const code = await (az === undefined || kubectl === undefined ? withSdks() : withTools()).catch((thrown: unknown) => {
  process.stderr.write(`${thrown instanceof Error ? thrown.message : String(thrown)}\n`);
  return 1;
});
process.stdout.write(`${code === 0 ? 'PASS' : 'FAIL'} in ${((performance.now() - started) / 1000).toFixed(1)} s\n`);
process.exitCode = code;
