import { mkdir, readFile } from 'node:fs/promises';
import { spawn } from 'node:child_process';
import path from 'node:path';
import { isObject } from '@podpass/kernel';
import { ensureAz } from '../clients/az.ts';
import { findChromium } from '../clients/chromium.ts';
import { ensureKubectl } from '../clients/kubectl.ts';
import { cacheFolder, root } from '../paths.ts';
import { ensureProgram } from '../sdks/program.ts';
import { sdkPrograms } from '../sdks/programs.ts';

/** `npm test`: provides the client tools, runs every suite, and ends with one line that counts what passed and failed. */
const report = path.join(cacheFolder, 'test-report.json');

const vitest = (): Promise<number> =>
  new Promise((resolve) => {
    const child = spawn(
      process.execPath,
      [
        path.join(root, 'node_modules/vitest/vitest.mjs'),
        'run',
        '--reporter=default',
        '--reporter=json',
        `--outputFile.json=${report}`,
        ...process.argv.slice(2),
      ],
      {
        cwd: root,
        stdio: 'inherit',
      },
    );
    child.on('error', () => resolve(1));
    child.on('close', (code) => resolve(code ?? 1));
  });

const count = (value: unknown): number => (typeof value === 'number' ? value : 0);

await mkdir(cacheFolder, { recursive: true });
const az = await ensureAz();
const kubectl = await ensureKubectl();
process.stderr.write(
  `az ${az ?? 'cannot be had: its suites are SKIPPED'}, kubectl ${kubectl ?? 'cannot be had: its suites are SKIPPED'}\n`,
);
for (const program of Object.values(sdkPrograms)) {
  const missing = await ensureProgram(program);
  if (missing !== undefined) process.stderr.write(`The ${program.language} rows of the SDK matrix are SKIPPED: ${missing}\n`);
}
if ((await findChromium()) === undefined) process.stderr.write('There is no Chromium: the browser suites are SKIPPED\n');
const code = await vitest();
const summary: unknown = await readFile(report, 'utf8').then(JSON.parse, () => ({}));
const counts = isObject(summary) ? summary : {};
const failed = count(counts['numFailedTests']) + (code !== 0 && count(counts['numFailedTests']) === 0 ? 1 : 0);
const skipped = count(counts['numPendingTests']) + count(counts['numTodoTests']);
process.stdout.write(`${count(counts['numPassedTests'])} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}\n`);
process.exitCode = code;
