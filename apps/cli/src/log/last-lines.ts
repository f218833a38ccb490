import { open, type FileHandle } from 'node:fs/promises';

const chunkBytes = 64 * 1024;

/**
 * The last `wanted` lines of a log: of the first `size` octets of the present file and, as far as that does not suffice, of the full ones that were moved to
 * `path.1`, `path.2` and so on.
 */
export const lastLines = async (path: string, { wanted, size }: { wanted: number; size: number }): Promise<readonly string[]> => {
  let lines: readonly string[] = [];
  for (let number = 0; lines.length < wanted; number += 1) {
    const file = await open(number === 0 ? path : `${path}.${number}`).catch(() => undefined);
    if (!file) break;
    try {
      const end = number === 0 ? size : (await file.stat()).size;
      lines = [...(await linesAtEnd(file, end, wanted - lines.length)), ...lines];
    } finally {
      await file.close();
    }
  }
  return lines;
};

/** Reads backwards, so that a large log costs no more than what is printed. `wanted` is at least 1. */
const linesAtEnd = async (file: FileHandle, end: number, wanted: number): Promise<readonly string[]> => {
  let start = end;
  const chunks: Buffer[] = [];
  let breaks = 0;
  while (start > 0 && breaks <= wanted) {
    const length = Math.min(chunkBytes, start);
    start -= length;
    const { buffer } = await file.read(Buffer.alloc(length), 0, length, start);
    breaks += buffer.filter((octet) => octet === 0x0a).length;
    chunks.unshift(buffer);
  }
  const lines = Buffer.concat(chunks)
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '');
  return lines.slice(-wanted);
};
