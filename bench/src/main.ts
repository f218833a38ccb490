import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { root, run } from '@podpass/tools';
import { startPlatform } from '@podpass/conformance';
import { identityRows } from './identities.ts';
import { podIdentityRows } from './pod-identity.ts';
import type { Row } from './row.ts';
import { startUp } from './rows/start-up.ts';

/**
 * `npm run bench`: every figure in one run, with what it is divided by, each part as soon as it is measured. Exit code 1 when a bar is missed; what this
 * machine cannot show is skipped, and said on standard error. `--output json`
 * prints the rows as JSON.
 */
const platformRows = async (): Promise<Row[]> => {
  await using platform = await startPlatform('bench');
  const state = JSON.parse(await readFile(path.join(platform.data, 'run.json'), 'utf8')) as { https: number; pid: number };
  const { tenantId, subscriptionId, servicePrincipal } = platform.admin;
  const result = await run(process.execPath, [path.join(root, 'bench/src/worker.ts')], {
    env: { ...platform.env, NODE_USE_ENV_PROXY: '1' },
    input: JSON.stringify({ tenantId, subscriptionId, servicePrincipal, https: state.https, pid: state.pid }),
  });
  if (result.code !== 0) throw new Error(result.stderr);
  return JSON.parse(result.stdout) as Row[];
};

const verdict = ({ skipped, reached }: Row): string => {
  if (skipped !== undefined) return 'SKIPPED';
  return reached ? 'reached' : 'MISSED';
};

/** With what to say of each part meanwhile. */
const parts: readonly (readonly [string, () => Promise<Row[]>])[] = [
  ['the start', startUp],
  ['exchanges, clusters, the webhook and memory', platformRows],
  ['large populations and slow issuers, about four minutes', identityRows],
  ['pods with identities, about fifteen minutes', podIdentityRows],
];

const asJson = process.argv.includes('--output') && process.argv.includes('json');
const rows: Row[] = [];
if (!asJson) process.stdout.write('| figure | measured | divided by | ratio | to reach | |\n|---|---|---|---|---|---|\n');
for (const [what, measure] of parts) {
  process.stderr.write(`Measuring ${what} …\n`);
  for (const row of await measure()) {
    rows.push(row);
    if (asJson) continue;
    const { figure, measured, dividedBy = '–', ratio = '–', bar } = row;
    process.stdout.write(`| ${figure} | ${measured} | ${dividedBy} | ${ratio} | ${bar} | ${verdict(row)} |\n`);
  }
}
if (asJson) process.stdout.write(`${JSON.stringify(rows, undefined, 2)}\n`);
for (const { figure, skipped } of rows) if (skipped !== undefined) process.stderr.write(`SKIPPED: ${figure}: ${skipped}\n`);
process.exitCode = rows.every((row) => row.reached) ? 0 : 1;
