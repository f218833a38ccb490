import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { runCli } from './program.ts';
import type { System } from './system.ts';

/** What one invocation printed and returned. */
export interface Invocation {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly json: () => unknown;
}

/** Runs the command line in this process, with streams that are recorded. */
export const invoke = async (argv: readonly string[], changes: Partial<System> = {}): Promise<Invocation> => {
  const printed = { stdout: '', stderr: '' };
  const status = await runCli(argv, {
    env: { PATH: process.env['PATH'], HOME: '/nonexistent' },
    cwd: os.tmpdir(),
    stdin: Readable.from([]),
    stdout: { write: (text) => (printed.stdout += text) },
    stderr: { write: (text) => (printed.stderr += text) },
    node: process.execPath,
    serverEntry: () => path.join(os.tmpdir(), 'no-server'),
    ...changes,
  });
  return { status, ...printed, json: () => JSON.parse(printed.stdout) as unknown };
};

interface Call {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly authorization: string | undefined;
  readonly body: string;
}

/** A data folder with a run.json that points at a control interface in this process. */
export interface FakePlatform extends AsyncDisposable {
  readonly data: string;
  readonly calls: readonly Call[];
  readonly pid: number;
}

export const temporaryFolder = async (): Promise<{ readonly path: string } & AsyncDisposable> => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'podpass-cli-'));
  return { path: folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
};

const token = 'control-token';

interface FakeOptions {
  readonly pid?: number;
  readonly onShutdown?: () => void;
  readonly images?: unknown;
  /** Further answers of the control interface by `METHOD /path`; a text is the error of a refusal with status 409. */
  readonly answers?: Readonly<Record<string, unknown>>;
}

export const fakePlatform = async (options: FakeOptions = {}): Promise<FakePlatform> => {
  const folder = await temporaryFolder();
  const calls: Call[] = [];
  const pid = options.pid ?? process.pid;
  const answers: Readonly<Record<string, unknown>> = {
    'GET /status': {
      version: '0.1.0',
      uptimeSeconds: 75,
      pid,
      endpoints: {},
      tenants: 2,
      clusters: [{ name: 'c1' }, { name: 'c2' }],
      clock: { offsetSeconds: 60, frozen: false },
    },
    'POST /shutdown': { stopping: true },
    'GET /images': { images: options.images ?? [{ image: 'example/reader', command: ['node', 'reader.js'] }] },
    'PUT /images': {},
    'DELETE /images': {},
    ...options.answers,
  };
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      calls.push({ method: request.method, url: request.url, authorization: request.headers.authorization, body });
      const answer = answers[`${request.method} ${request.url?.split('?')[0]}`];
      const known = answer !== undefined && request.headers.authorization === `Bearer ${token}`;
      const refused = typeof answer === 'string';
      response.writeHead(known ? (refused ? 409 : 200) : 401, { 'content-type': 'application/json' });
      const said = refused ? { error: answer } : answer;
      response.end(JSON.stringify(known ? said : { error: 'The control token is missing or wrong.' }));
      if (request.url === '/shutdown') options.onShutdown?.();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const run = {
    pid,
    proxy: 'http://127.0.0.1:18080',
    control: `http://127.0.0.1:${port}`,
    https: 18443,
    startedAt: '2026-01-01T00:00:00Z',
    controlToken: token,
  };
  await writeFile(path.join(folder.path, 'run.json'), JSON.stringify(run));
  await writeFile(path.join(folder.path, 'podpass.json'), '{"layout":1}');
  return {
    data: folder.path,
    calls,
    pid,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await folder[Symbol.asyncDispose]();
    },
  };
};

const text = async (request: IncomingMessage): Promise<string> => {
  let body = '';
  for await (const chunk of request) body += String(chunk);
  return body;
};

export const exists = (file: string): Promise<boolean> =>
  readFile(file).then(
    () => true,
    () => false,
  );
