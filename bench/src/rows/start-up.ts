import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import { cacheFolder, root, run } from '@podpass/tools';
import { median, type Row } from '../row.ts';

/** Milliseconds from spawning a program to its first line on standard output. */
const untilReady = (args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> =>
  new Promise((resolve, reject) => {
    const started = performance.now();
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'], env });
    child.once('error', reject);
    child.stdout.once('data', (line: Buffer) => {
      const taken = performance.now() - started;
      child.once('close', () => (line.toString().includes('"ready":true') ? resolve(taken) : reject(new Error(line.toString()))));
      child.kill('SIGTERM');
    });
  });

/** Start to ready of the platform, on a data folder that exists, against a bare HTTPS server; the two in turn, medians of `rounds`. */
export const startUp = async (rounds = 9): Promise<Row[]> => {
  await mkdir(cacheFolder, { recursive: true });
  const folder = await mkdtemp(path.join(cacheFolder, 'bench-start-'));
  try {
    const [certificate, key] = [path.join(folder, 'hello.pem'), path.join(folder, 'hello.key')];
    const made = await run('openssl', [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:prime256v1',
      '-nodes',
      '-days',
      '2',
      '-subj',
      '/CN=localhost',
      '-keyout',
      key,
      '-out',
      certificate,
    ]);
    if (made.code !== 0) throw new Error(made.stderr);
    const env = { ...process.env, NODE_COMPILE_CACHE: path.join(cacheFolder, 'compile') };
    const server = () => untilReady([path.join(root, 'apps/server/src/main.ts'), '--data', path.join(folder, 'data')], env);
    const bare = () => untilReady([path.join(root, 'bench/src/load/hello.ts'), certificate, key], env);
    await server();
    await bare();
    const ours: number[] = [];
    const theirs: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      ours.push(await server());
      theirs.push(await bare());
    }
    const [a, b] = [median(ours), median(theirs)];
    return [
      {
        figure: 'start to ready ÷ bare HTTPS server',
        measured: `${a.toFixed(0)} ms`,
        dividedBy: `${b.toFixed(0)} ms`,
        ratio: (a / b).toFixed(2),
        bar: '≤ 8',
        reached: a / b <= 8,
      },
      { figure: 'start to ready', measured: `${a.toFixed(0)} ms`, bar: '≤ 400 ms', reached: a <= 400 },
    ];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};
