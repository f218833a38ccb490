import { spawn } from 'node:child_process';
import { KernelError } from '@podpass/kernel';
import { limits } from '../wire.ts';

/** A shell in namespaces of its own that lives as long as this process keeps its input open. */
export interface NamespaceShell {
  /** Process id of the shell itself, as this process sees it. */
  readonly pid: number;
  /**
   * Runs commands of our own making (never with anything that comes from outside and was not checked). Resolves with what they printed;
   * rejects with `unavailable` when the last one failed or took too long. Calls run one after the other.
   */
  run(script: string): Promise<string>;
  /** Whether the shell still runs. */
  readonly alive: boolean;
  /** Ends the shell and, where it is the first of its process namespace, all processes in that. Resolves when it has ended. Never rejects. */
  end(): Promise<void>;
  /** Resolves when the shell ended, for whatever reason. */
  readonly ended: Promise<void>;
}

interface Pending {
  readonly done: (output: string) => void;
  readonly fail: (why: KernelError) => void;
  readonly timer: NodeJS.Timeout;
}

/** Only what `ip` and a shell need: no variable of ours reaches the namespaces, and messages are in English. */
export const environment = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/sbin:/usr/local/bin', LC_ALL: 'C' };

/** Prefix of the lines by which the shell says that a command has ended. */
const mark = '@podpass ';

/**
 * Starts `argv`, which must end in a shell that reads commands from its input. The pipe is the lease: when this process ends, in whatever
 * way, the shell reads the end of its input and ends too. Rejects with `unavailable` when it cannot be started.
 */
export const startShell = async (argv: readonly string[]): Promise<NamespaceShell> => {
  const [program = '', ...args] = argv;
  // A session of its own: an interrupt typed at the terminal is for this process, which then closes the network in order.
  const child = spawn(program, args, { cwd: '/', env: environment, detached: true, stdio: ['pipe', 'pipe', 'pipe'] });
  const pending: Pending[] = [];
  let running = true;
  let text = '';
  let complaints = '';
  const { promise: ended, resolve: setEnded } = Promise.withResolvers<void>();

  const finish = (why: string): void => {
    running = false;
    for (const { fail, timer } of pending.splice(0)) {
      clearTimeout(timer);
      fail(new KernelError('unavailable', why));
    }
  };
  const kill = (): void => {
    if (child.pid !== undefined) child.kill('SIGKILL');
  };
  child.on('error', (thrown) => {
    finish(`${program} cannot be started: ${thrown.message}`);
    setEnded();
  });
  child.on('close', () => {
    finish(complaints.trim() === '' ? 'The namespace has ended.' : complaints.trim());
    setEnded();
  });
  child.stdin.on('error', () => undefined);
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    complaints = (complaints + chunk).slice(-1000);
  });
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
    if (text.length > limits.output) kill();
    for (let at = text.indexOf(mark); at >= 0; at = text.indexOf(mark)) {
      const end = text.indexOf('\n', at);
      if (end < 0) return;
      const code = text.slice(at + mark.length, end);
      const output = text.slice(0, at);
      text = text.slice(end + 1);
      const next = pending.shift();
      if (next === undefined) return kill();
      clearTimeout(next.timer);
      if (code === '0') next.done(output);
      else next.fail(new KernelError('unavailable', output.trim().slice(0, 500) || `Command failed with ${code}.`));
    }
  });

  const run = (script: string): Promise<string> =>
    new Promise((done, fail) => {
      if (!running || !child.stdin.writable) {
        fail(new KernelError('unavailable', 'The namespace has ended.'));
        return;
      }
      pending.push({ done, fail, timer: setTimeout(kill, limits.command) });
      child.stdin.write(`{ ${script}\n} </dev/null 2>&1; echo "${mark}$?"\n`);
    });
  const end = (): Promise<void> => {
    child.stdin.end();
    // Whoever does not take the end of its input for an answer.
    const timer = setTimeout(kill, 1000);
    return ended.then(() => clearTimeout(timer));
  };

  // The first field is the shell's own number in the process namespace of this /proc, which is ours.
  const first = await run('read pid rest </proc/self/stat; echo $pid').catch(async (thrown: unknown) => {
    kill();
    await ended;
    throw thrown;
  });
  const pid = Number(first.trim());
  if (!Number.isInteger(pid) || pid <= 1) {
    kill();
    throw new KernelError('unavailable', 'The namespace shell did not say which process it is.');
  }
  return {
    pid,
    run,
    get alive() {
      return running;
    },
    end,
    ended,
  };
};
