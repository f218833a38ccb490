import { fork } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openLogFile, type LogFile, type LogFileOptions } from './log-file.ts';

let folder: string;
let path: string;
const opened: LogFile[] = [];
const open = (options: Partial<LogFileOptions> = {}): LogFile => {
  const file = openLogFile({ path, ...options });
  opened.push(file);
  return file;
};
const text = (suffix = ''): string => readFileSync(path + suffix, 'utf8');

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'podpass-log-'));
  path = join(folder, 'logs', 'server.log');
});
afterEach(() => {
  for (const file of opened.splice(0)) file.close();
  rmSync(folder, { recursive: true });
});

describe('a log file', () => {
  it('refuses a place where no file can be', () => {
    expect(() => openLogFile({ path: '/dev/null/server.log' })).toThrow(/ENOTDIR|EEXIST/);
  });

  it('outlives a full disk, and loses only what could not be written', () => {
    const file = openLogFile({ path: '/dev/full' });
    file.write('lost\n');
    expect(() => file.close()).not.toThrow();
  });

  it('has its lines soon, in their order, readable by its owner alone', async () => {
    const file = open();
    file.write('one\n');
    file.write('two ✓\n');
    await expect.poll(() => text()).toBe('one\ntwo ✓\n');
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('takes lines of every length, larger than its buffer too', () => {
    const file = open();
    const lines = [10, 30_000, 200_000, 21_845, 5, 64 * 1024].map((length) => `${'ü'.repeat(length)}\n`);
    for (const line of lines) file.write(line);
    file.close();
    opened.pop();
    expect(text()).toBe(lines.join(''));
  });

  it('goes on where the last one ended', () => {
    const before = openLogFile({ path });
    before.write('before\n');
    before.close();
    const after = openLogFile({ path });
    after.write('after\n');
    after.close();
    expect(text()).toBe('before\nafter\n');
  });

  it('drops what comes after it was closed, and leaves the file alone that has its descriptor now', async () => {
    const file = openLogFile({ path });
    file.close();
    const other = join(folder, 'other');
    const descriptor = openSync(other, 'a');
    file.write('late\n');
    file.write('x'.repeat(200_000));
    file.close();
    await sleep(30);
    closeSync(descriptor);
    expect([text(), readFileSync(other, 'utf8')]).toEqual(['', '']);
  });

  it('has its last lines when the process ends without a word', async () => {
    const program = join(folder, 'program.mjs');
    const module = join(import.meta.dirname, 'log-file.ts');
    writeFileSync(
      program,
      `import { openLogFile } from ${JSON.stringify(module)};\nopenLogFile({ path: ${JSON.stringify(path)} }).write('last words\\n');`,
    );
    const [code] = (await once(fork(program), 'exit')) as [number];
    expect({ code, text: text() }).toEqual({ code: 0, text: 'last words\n' });
  });
});

describe('rotation', () => {
  const fill = (options: Partial<LogFileOptions>, lines: number) => {
    const file = open(options);
    for (let line = 0; line < lines; line += 1) file.write(`line ${line} ${'x'.repeat(40_000)}\n`);
    file.close();
    opened.pop();
  };

  it('never lets a file grow beyond the limit, and keeps so many', () => {
    fill({ rotateAt: 100_000, keep: 2 }, 20);
    expect([path, `${path}.1`, `${path}.2`].map((name) => statSync(name).size <= 100_000)).toEqual([true, true, true]);
    expect(existsSync(`${path}.3`)).toBe(false);
    expect(text()).toMatch(/line 19 /);
    expect(text('.1')).toMatch(/^line 16 [^]*line 17 /);
    expect(statSync(`${path}.1`).mode & 0o777).toBe(0o600);
  });

  it('loses no line between two files', () => {
    fill({ rotateAt: 100_000, keep: 9 }, 12);
    const all = [5, 4, 3, 2, 1].map((number) => text(`.${number}`)).join('') + text();
    expect([...all.matchAll(/line (\d+) /g)].map(([, number]) => Number(number))).toEqual([...Array(12).keys()]);
  });

  it('begins anew where none is kept', () => {
    fill({ rotateAt: 100_000, keep: 0 }, 12);
    expect(existsSync(`${path}.1`)).toBe(false);
    expect(statSync(path).size).toBeLessThanOrEqual(100_000);
  });

  it('goes on in the old file when there can be no new one, and never in a file that is not its own', async () => {
    const file = open({ rotateAt: 10, keep: 1 });
    file.write('a first line\n');
    await expect.poll(() => text()).toBe('a first line\n');
    rmSync(join(folder, 'logs'), { recursive: true });
    file.write('a second line\n');
    await sleep(30);
    const other = join(folder, 'other');
    writeFileSync(other, '');
    const descriptor = openSync(other, 'a');
    file.write('a third line\n');
    await sleep(30);
    closeSync(descriptor);
    expect(readFileSync(other, 'utf8')).toBe('');
    expect(() => file.write('a fourth line\n')).not.toThrow();
  });
});
