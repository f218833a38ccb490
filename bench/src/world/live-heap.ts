import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PodWorld } from './pod-world.ts';

const opened = /Debugger listening on (ws:\/\/\S+)/g;

/** Where the server's inspector listens; it is opened by its signal. */
const inspector = async ({ platform, pid }: PodWorld): Promise<string> => {
  const address = async () => [...(await readFile(path.join(platform.data, errorLog), 'utf8')).matchAll(opened)].at(-1)?.[1];
  const present = await address();
  if (present !== undefined) return present;
  process.kill(pid, 'SIGUSR1');
  for (let tries = 0; tries < 100; tries += 1) {
    await sleep(50);
    const found = await address();
    if (found !== undefined) return found;
  }
  throw new Error('the inspector of the server did not open');
};
const errorLog = 'logs/server.stderr.log';

/**
 * Megabytes of the server's heap that are in use after a forced collection: what it keeps, without what it has not yet thrown away.
 * Opens the server's inspector, on loopback.
 */
export const liveHeapMegabytes = async (world: PodWorld): Promise<number> => {
  const socket = new WebSocket(await inspector(world));
  const answers = new Map<number, (result: Record<string, unknown>) => void>();
  socket.addEventListener('message', ({ data }) => {
    const { id, result } = JSON.parse(String(data)) as { id?: number; result?: Record<string, unknown> };
    if (id !== undefined) answers.get(id)?.(result ?? {});
  });
  const send = (id: number, method: string): Promise<Record<string, unknown>> =>
    new Promise((resolve) => {
      answers.set(id, resolve);
      socket.send(JSON.stringify({ id, method }));
    });
  await new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve);
    socket.addEventListener('error', () => reject(new Error('the inspector of the server did not answer')));
  });
  try {
    await send(1, 'HeapProfiler.collectGarbage');
    const { usedSize } = await send(2, 'Runtime.getHeapUsage');
    return Number(usedSize) / 1024 / 1024;
  } finally {
    socket.close();
  }
};
