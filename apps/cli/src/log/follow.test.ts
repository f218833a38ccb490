import { appendFile, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { follow } from './follow.ts';

let folder: string;
let file: string;
let lines: string[];
let interrupted: AbortController;
let following: Promise<void>;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'podpass-follow-'));
  file = path.join(folder, 'server.log');
  lines = [];
  interrupted = new AbortController();
  await writeFile(file, 'old\n');
  following = follow(file, { from: 4, print: (line) => void lines.push(line), signal: interrupted.signal });
});
afterEach(async () => {
  interrupted.abort();
  await following;
  await rm(folder, { recursive: true });
});

test('prints what is added, whole lines only, and no character cut in two', async () => {
  const octets = Buffer.from('müde\n');
  await appendFile(file, octets.subarray(0, 2));
  await appendFile(file, 'x');
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(lines).toEqual([]);
  await appendFile(file, Buffer.concat([octets, Buffer.from('next\n')]));
  await expect.poll(() => lines.at(-1)).toBe('next');
  expect(lines).toHaveLength(2);
});

test('goes on with the new file when the old one was full, and loses nothing of either', async () => {
  await appendFile(file, 'one\n');
  await rename(file, `${file}.1`);
  await appendFile(`${file}.1`, 'two\n');
  await writeFile(file, 'three\n');
  await expect.poll(() => lines).toEqual(['one', 'two', 'three']);
  await appendFile(file, 'four\n');
  await expect.poll(() => lines.at(-1)).toBe('four');
});

test('starts anew when the file was cut', async () => {
  await writeFile(file, 'a\n');
  await expect.poll(() => lines).toEqual(['a']);
});

test('ends with the log, and with the signal', async () => {
  await rm(file);
  await following;
  await writeFile(file, 'again\n');
  const again = follow(file, { from: 0, print: () => undefined, signal: interrupted.signal });
  interrupted.abort();
  await expect(again).resolves.toBeUndefined();
});
