import { closeSync, fstatSync, ftruncateSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

export interface LogFileOptions {
  readonly path: string;
  /** Bytes at which a new file is begun; 32 MiB when absent. */
  readonly rotateAt?: number;
  /** Full files that are kept beside the present one, as `path.1` (the newest) to `path.n`; 3 when absent. */
  readonly keep?: number;
}

export interface LogFile {
  write(line: string): void;
  /** Writes what is buffered. Lines that come later are dropped: the descriptor's number may be another file's by then. */
  close(): void;
}

/** Lines that follow others closely wait so long, at most, to be written together. Milliseconds. */
const longestWait = 10;
const bufferBytes = 64 * 1024;
/** UTF-8 takes at most three octets for each UTF-16 code unit. */
const widest = 3;

/**
 * A log file of bounded size (created with mode 0600, appended to), written in whole blocks. Synchronously, because a write in the thread
 * pool takes a thread from the signatures, and Node keeps what it wrote in memory until the next full collection. What cannot be
 * written is lost: a full disk must not stop the platform. Throws what the file system says when the file cannot be opened.
 */
export const openLogFile = ({ path, rotateAt = 32 * 1024 * 1024, keep = 3 }: LogFileOptions): LogFile => {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  let descriptor = openSync(path, 'a', 0o600);
  let size = fstatSync(descriptor).size;
  const buffer = Buffer.allocUnsafeSlow(bufferBytes);
  let used = 0;
  let waiting = false;
  let flushed = Number.NEGATIVE_INFINITY;
  let closed = false;

  /** The old file stays open until there is a new one: a closed descriptor's number would soon be another file's. */
  const rotate = (): void => {
    if (keep === 0) ftruncateSync(descriptor);
    for (let number = keep; number > 0; number -= 1) moveOver(number === 1 ? path : `${path}.${number - 1}`, `${path}.${number}`);
    const fresh = openSync(path, 'a', 0o600);
    closeSync(descriptor);
    descriptor = fresh;
    size = fstatSync(descriptor).size;
  };
  const append = (octets: Buffer): void => {
    if (size > 0 && size + octets.length > rotateAt) attempt(rotate);
    attempt(() => {
      for (let at = 0; at < octets.length;) at += writeSync(descriptor, octets, at);
      size += octets.length;
    });
  };
  const flush = (): void => {
    waiting = false;
    flushed = performance.now();
    if (used > 0) append(buffer.subarray(0, used));
    used = 0;
  };
  const due = (): void => {
    if (!closed) flush();
  };
  process.on('exit', flush);
  return {
    write(line) {
      if (closed) return;
      const most = line.length * widest;
      if (most > bufferBytes - used) flush();
      if (most > bufferBytes) return append(Buffer.from(line));
      used += buffer.write(line, used);
      if (waiting) return;
      waiting = true;
      if (performance.now() - flushed > longestWait) setImmediate(due);
      else setTimeout(due, longestWait).unref();
    },
    close() {
      if (closed) return;
      flush();
      closed = true;
      process.off('exit', flush);
      closeSync(descriptor);
    },
  };
};

/** What fails costs log lines, or the limit of the file; it is tried again with the next lines. */
const attempt = (work: () => void): void => {
  try {
    work();
  } catch {
    // There is nowhere to tell it: the log is where such things are told.
  }
};

const moveOver = (from: string, to: string): void => {
  try {
    renameSync(from, to);
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== 'ENOENT') throw thrown;
  }
};
