import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { isObject, KernelError, parseJson, randomHex } from '@podpass/kernel';
import type { ImageEntry } from '../types.ts';
import { parseImageName } from './name.ts';

const largestFile = 1024 * 1024;
const isTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((item) => typeof item === 'string' && !item.includes('\0'));

/** An entry when the value is one. */
export const readEntry = (value: unknown): ImageEntry | undefined => {
  if (!isObject(value)) return undefined;
  const { image, command, args } = value;
  if (typeof image !== 'string' || parseImageName(image) === undefined) return undefined;
  if (!isTexts(command) || command.length === 0 || command[0] === '') return undefined;
  return { image, command, ...(isTexts(args) ? { args } : {}) };
};

const parse = (text: string): ImageEntry[] => {
  const value = parseJson(text);
  const list = isObject(value) ? value['images'] : value;
  if (!Array.isArray(list)) throw new KernelError('corrupt', 'The image catalogue is not {"images": [...]}.');
  return list.flatMap((item) => readEntry(item) ?? []);
};

/**
 * The catalogue's file, `{"images": [{"image", "command", "args"?}]}`, read again whenever it changed. A file that
 * cannot be read keeps the entries that were known: a half-written edit must not change what runs.
 */
export const openImageFile = (file: string) => {
  let stamp = '';
  let entries: ImageEntry[] = [];
  const refresh = (): void => {
    try {
      const { mtimeMs, size, ino } = statSync(file);
      const next = `${String(mtimeMs)}/${String(size)}/${String(ino)}`;
      if (next === stamp || size > largestFile) return;
      entries = parse(readFileSync(file, 'utf8'));
      stamp = next;
    } catch (thrown) {
      if (isMissing(thrown)) entries = [];
    }
  };
  return {
    entries(): readonly ImageEntry[] {
      refresh();
      return entries;
    },
    save(next: readonly ImageEntry[]): void {
      mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
      const temporary = `${file}.${randomHex(4)}`;
      writeFileSync(temporary, `${JSON.stringify({ images: next }, null, 2)}\n`, { mode: 0o600 });
      renameSync(temporary, file);
      refresh();
    },
  };
};

const isMissing = (thrown: unknown) => isObject(thrown) && thrown['code'] === 'ENOENT';
