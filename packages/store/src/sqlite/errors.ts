import { KernelError, isKernelError, messageOf } from '@podpass/kernel';

/** Primary result codes: https://www.sqlite.org/rescode.html */
const damage = new Set([11 /* SQLITE_CORRUPT */, 26 /* SQLITE_NOTADB */]);
const reasons: Readonly<Record<number, string>> = {
  3: 'access to the file is denied',
  5: 'another process uses the file',
  6: 'another process uses the file',
  8: 'the file or its folder is read-only',
  10: 'reading or writing the disk failed',
  13: 'the disk is full',
  14: 'the file cannot be opened or created',
};

const primaryCode = (thrown: unknown): number | undefined => {
  const code: unknown = thrown instanceof Error && 'errcode' in thrown ? thrown.errcode : undefined;
  return typeof code === 'number' ? code & 0xff : undefined;
};

export const corrupt = (file: string, why: string, cause?: unknown): KernelError =>
  new KernelError('corrupt', `The store file ${file} cannot be used: ${why}.`, { cause });

export const unavailable = (file: string, why: string, cause?: unknown): KernelError =>
  new KernelError('unavailable', `The store file ${file} is unavailable: ${why}.`, { cause });

/** Turns whatever SQLite or the file system threw into `corrupt` or `unavailable`, with one sentence for the operator. */
export const translate = (file: string, thrown: unknown): KernelError => {
  if (isKernelError(thrown)) return thrown;
  const code = primaryCode(thrown);
  if (code !== undefined && damage.has(code)) return corrupt(file, 'it is damaged, or not a store', thrown);
  const why = (code === undefined ? undefined : reasons[code]) ?? messageOf(thrown);
  return unavailable(file, why, thrown);
};
