import type { ChildProcess } from 'node:child_process';
import { StringDecoder } from 'node:string_decoder';

export interface Capture {
  /** Resolves with the block's exit code once both streams have told its end. */
  next(): Promise<number>;
  /** What was written since the last call. */
  take(): { readonly stdout: string; readonly combined: string };
}

/** More output than this of one block is cut at the front. */
const maxLength = 4 * 1024 * 1024;

/** Collects the two output streams of a shell, in which `marker` and a status tell where the output of a block ends. */
export const createCapture = (child: ChildProcess, marker: string): Capture => {
  let stdout = '';
  let combined = '';
  let waiting: ((status: number) => void) | undefined;
  let endsSeen = 0;

  const append = (text: string, isStdout: boolean) => {
    combined = (combined + text).slice(-maxLength);
    if (isStdout) stdout = (stdout + text).slice(-maxLength);
  };
  const ended = (status: number) => {
    endsSeen += 1;
    if (endsSeen < 2) return;
    endsSeen = 0;
    waiting?.(status);
  };
  listen(child.stdout, marker, { append: (text) => append(text, true), ended });
  listen(child.stderr, marker, { append: (text) => append(text, false), ended });

  return {
    next: () => new Promise((resolve) => (waiting = resolve)),
    take() {
      const taken = { stdout, combined };
      stdout = '';
      combined = '';
      return taken;
    },
  };
};

interface Listener {
  readonly append: (text: string) => void;
  readonly ended: (status: number) => void;
}

const listen = (stream: NodeJS.ReadableStream | null, marker: string, { append, ended }: Listener): void => {
  const decoder = new StringDecoder('utf8');
  const end = new RegExp(`${marker}(\\d+);`);
  // Text that could be the beginning of a marker waits for what follows it.
  let pending = '';
  stream?.on('data', (chunk: Buffer) => {
    pending += decoder.write(chunk);
    for (let match = end.exec(pending); match; match = end.exec(pending)) {
      append(pending.slice(0, match.index));
      pending = pending.slice(match.index + match[0].length);
      ended(Number(match[1]));
    }
    const start = pending.lastIndexOf(marker.charAt(0));
    const keep = start >= 0 && pending.length - start < marker.length + 8 ? start : pending.length;
    append(pending.slice(0, keep));
    pending = pending.slice(keep);
  });
};
