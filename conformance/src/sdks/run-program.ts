import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { isObject } from '@podpass/kernel';

/** What a program of the matrix said of one row. */
export interface RowResult {
  readonly token?: string;
  readonly error?: string;
}

export interface ProgramRun {
  readonly command: readonly [string, ...string[]];
  readonly env: NodeJS.ProcessEnv;
  /** The task, sent as JSON to standard input. */
  readonly task: object;
  /** A device code waits for its approval. */
  readonly onDevice: (row: string, device: { readonly uri: string; readonly code: string }) => Promise<void>;
  readonly seconds: number;
}

/** Runs a program of the matrix to its end and collects its results by row. Rejects with its own words when it breaks down. */
export const runProgram = ({ command: [program, ...args], env, task, onDevice, seconds }: ProgramRun) =>
  new Promise<ReadonlyMap<string, RowResult>>((resolve, reject) => {
    const child = spawn(program, args, { env, stdio: ['pipe', 'pipe', 'pipe'] });
    const results = new Map<string, RowResult>();
    let complaints = '';
    const timer = setTimeout(() => child.kill('SIGKILL'), seconds * 1000);
    child.stderr.setEncoding('utf8').on('data', (text: string) => (complaints += text));
    createInterface({ input: child.stdout }).on('line', (line) => {
      const said: unknown = line.startsWith('{') ? JSON.parse(line) : undefined;
      if (!isObject(said) || typeof said['row'] !== 'string') return;
      const { row, token, error, device } = said;
      if (isObject(device)) {
        onDevice(row, { uri: String(device['uri']), code: String(device['code']) }).catch((failure: unknown) => {
          complaints += String(failure);
          child.kill('SIGKILL');
        });
        return;
      }
      results.set(row, { ...(typeof token === 'string' ? { token } : {}), ...(typeof error === 'string' ? { error } : {}) });
    });
    child.on('error', reject);
    child.on('close', (code) => {
      clearTimeout(timer);
      if (code === 0) resolve(results);
      else reject(new Error(`${program} ended with ${code ?? 'a signal'}: ${complaints.slice(-2000)}`));
    });
    child.stdin.on('error', () => undefined);
    child.stdin.end(JSON.stringify(task));
  });
