import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Row } from '../row.ts';

const residentMegabytes = async (pid: number): Promise<number> => {
  const kilobytes = /VmRSS:\s+(\d+) kB/.exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kilobytes) / 1024;
};

/** Resident memory of the server with one cluster, twenty seconds after it was created. */
export const idleMemory = async (pid: number, create: () => Promise<unknown>): Promise<Row[]> => {
  await create();
  await sleep(20_000);
  const value = await residentMegabytes(pid);
  return [{ figure: 'idle memory with one cluster', measured: `${value.toFixed(0)} MB`, bar: '≤ 150 MB', reached: value <= 150 }];
};
