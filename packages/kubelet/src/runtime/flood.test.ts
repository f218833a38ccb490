import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { openLogFile } from '../logs/file.ts';
import { defaultPath } from '../wire.ts';
import { processRuntime } from './process.ts';

it('a program that floods its log takes a small part of the platform’s time, and its log is written still', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'flood-'));
  const file = join(folder, 'log');
  const running = processRuntime.start({
    argv: ['sh', '-c', 'yes "" & yes ""'],
    env: { PATH: defaultPath },
    cwd: folder,
    log: openLogFile(file, () => 0),
    podFolder: folder,
    container: 'main',
  });
  try {
    await sleep(300);
    const before = performance.eventLoopUtilization();
    await sleep(1_000);
    // A share of this process's own time, whatever else the machine does. Without a limit it is all of it.
    expect(performance.eventLoopUtilization(before).utilization).toBeLessThan(0.5);
    expect(statSync(file).size).toBeGreaterThan(100_000);
  } finally {
    await running.stop(0);
    rmSync(folder, { recursive: true, force: true });
  }
});
