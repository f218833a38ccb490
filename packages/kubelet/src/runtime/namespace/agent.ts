import type { Duplex } from 'node:stream';
import { randomHex } from '@podpass/kernel';

interface Answer {
  readonly exitCode: number;
  readonly output: string;
}

/** More than an exec probe's message shows. */
const longest = 16 * 1024;
/** What `timeout -s KILL` reports, and what the kubelet says when a probe takes too long. */
const timedOut: Answer = { exitCode: 137, output: 'command timed out' };

/** Asks the shell that waits in the container to run exec probes, one at a time. */
export const createAgent = (channel: Duplex) => {
  let open = true;
  let heard = '';
  let wake: () => void = () => undefined;
  channel.on('data', (chunk: Buffer) => {
    heard = (heard + chunk.toString('utf8')).slice(-longest);
    wake();
  });
  const over = (): void => {
    open = false;
    wake();
  };
  channel.on('close', over);
  channel.on('error', over);

  const ask = async (probe: number, timeoutMs: number): Promise<Answer> => {
    const nonce = randomHex(16);
    const end = new RegExp(`\\n${nonce} (\\d+)\\n`, 'u');
    heard = '';
    if (!open) return { exitCode: 126, output: 'the container has ended' };
    // The shell's own time limit is first; this one is for a shell that the container ended.
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      wake();
    }, timeoutMs + 1000);
    channel.write(`${String(probe)} ${(timeoutMs / 1000).toFixed(3)} ${nonce}\n`);
    try {
      for (;;) {
        const found = end.exec(heard);
        if (found !== null) return { exitCode: Number(found[1]), output: heard.slice(0, found.index).trim() };
        if (late) return timedOut;
        if (!open) return { exitCode: 126, output: 'the container has ended' };
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    } finally {
      clearTimeout(timer);
    }
  };

  let last: Promise<unknown> = Promise.resolve();
  return {
    /** Runs the probe of that number; a command that takes too long is ended. Never rejects. */
    exec(probe: number, timeoutMs: number): Promise<Answer> {
      const answer = last.then(() => ask(probe, timeoutMs));
      last = answer;
      return answer;
    },
  };
};
