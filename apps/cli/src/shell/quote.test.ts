import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { exportLines } from './quote.ts';

const hostile = ["it's", '$HOME `id` $(id)', 'a"b', String.raw`back\slash`, 'line\nbreak', '', ' ', '*', '!history', 'ünï'];

describe('exportLines', () => {
  test('sh gives back every value and runs nothing in it', () => {
    const values = fc.array(
      fc.string().filter((text) => !text.includes('\0')),
      { minLength: 1, maxLength: 20 },
    );
    const check = (all: readonly string[]) => {
      const variables = Object.fromEntries(all.map((value, index) => [`V${index}`, value]));
      const print = Object.keys(variables).map((name) => `printf '%s\\0' "$${name}"`);
      const script = [...exportLines('sh', variables), ...print].join('\n');
      const printed = execFileSync('sh', ['-c', script], { encoding: 'utf8', env: { PATH: process.env['PATH'] } });
      expect(printed).toBe(all.map((value) => `${value}\0`).join(''));
    };
    check(hostile);
    fc.assert(fc.property(values, check), { numRuns: 15 });
  });

  test.each([
    ['fish', String.raw`a'b\c`, String.raw`set -gx V 'a\'b\\c'`],
    ['powershell', "a'b$c", "$env:V = 'a''b$c'"],
    ['sh', "a'b", String.raw`export V='a'\''b'`],
  ] as const)('%s', (shell, value, line) => {
    expect(exportLines(shell, { V: value })).toEqual([line]);
  });

  test('a folder of tools goes before PATH in each shell', () => {
    expect(exportLines('sh', {}, '/t x')).toEqual([`export PATH='/t x':"$PATH"`]);
    expect(exportLines('fish', {}, '/t')).toEqual([`set -gx PATH '/t' $PATH`]);
    expect(exportLines('powershell', {}, '/t')).toEqual([`$env:PATH = '/t' + [IO.Path]::PathSeparator + $env:PATH`]);
  });
});
