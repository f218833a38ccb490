import { open, stat, type FileHandle } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

const chunkBytes = 64 * 1024;
/** Milliseconds between two looks at a log that has not grown. */
const pause = 200;

/**
 * Prints what is added to a log until the signal or until the log is gone. A file that became full and was moved away is read to its end, and
 * then the new one from its beginning. `from` is an offset in octets.
 */
export const follow = async (
  path: string,
  { from, print, signal }: { from: number; print: (line: string) => void; signal: AbortSignal },
): Promise<void> => {
  let file: FileHandle | undefined = await open(path).catch(() => undefined);
  let at = from;
  let rest = Buffer.alloc(0);
  try {
    while (file && !signal.aborted) {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(chunkBytes), 0, chunkBytes, at);
      at += bytesRead;
      // Cut at line breaks, so that no character is cut.
      const octets = Buffer.concat([rest, buffer.subarray(0, bytesRead)]);
      const end = octets.lastIndexOf(0x0a) + 1;
      rest = octets.subarray(end);
      for (const line of octets.toString('utf8', 0, end).split('\n')) if (line !== '') print(line);
      if (bytesRead > 0) continue;
      await sleep(pause, undefined, { signal }).catch(() => undefined);
      const next = await successor(path, file, at);
      if (next === 'same') continue;
      await file.close();
      file = next;
      at = 0;
      rest = Buffer.alloc(0);
    }
  } finally {
    await file?.close();
  }
};

/** The file that has taken the place of one that was read to its end; undefined when there is none. */
const successor = async (path: string, file: FileHandle, at: number): Promise<FileHandle | 'same' | undefined> => {
  const [own, present] = [await file.stat(), await stat(path).catch(() => undefined)];
  if (present === undefined) return undefined;
  // What was added between the last read and the move is still to be read.
  if (own.size > at) return 'same';
  const same = own.ino === present.ino && own.dev === present.dev && present.size >= at;
  return same ? 'same' : open(path).catch(() => undefined);
};
