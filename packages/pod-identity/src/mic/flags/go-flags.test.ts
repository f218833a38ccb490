import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDuration, parseFlags } from './go-flags.ts';
import { readMicArguments } from './mic-flags.ts';

describe('durations as Go writes them', () => {
  it.each(['', 's', '1', '1x', '1h-5m', '1 h', '--1s', '1s ', 'Infinitys'])('%j is none', (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });
  it.each([
    ['0', 0],
    ['3600s', 3_600_000],
    ['1h30m', 5_400_000],
    ['1.5s', 1_500],
    ['250ms', 250],
    ['-2m', -120_000],
    ['1h0m0s', 3_600_000],
  ])('%s', (text, milliseconds) => {
    expect(parseDuration(text)).toBe(milliseconds);
  });
});

it('any arguments are either read or refused with code 0 or 2', () => {
  const table = { a: { kind: 'bool', usage: '', value: 'false' }, b: { kind: 'string', usage: '', value: '' } } as const;
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.string(), fc.constantFrom('-a', '--b', '-b=x', '--', '-a=0'))), (args) => {
      const parsed = parseFlags('p', table, args);
      expect(parsed.ok || [0, 2].includes(parsed.code)).toBe(true);
    }),
  );
});

it('upstream’s defaults, and what FORCENAMESPACED adds', () => {
  const read = (args: string[], env = {}) => {
    const parsed = readMicArguments(args, env, 'pod-1');
    if (!parsed.ok) throw new Error(parsed.lines.join());
    return parsed.settings;
  };
  expect(read([])).toMatchObject({
    forceNamespaced: false,
    syncRetry: 3_600_000,
    lease: { instance: 'pod-1', namespace: 'default', name: 'aad-pod-identity-mic', duration: 15_000 },
    batch: 20,
    retries: 2,
    retryInterval: 1_000,
    reconcileInterval: 180_000,
  });
  expect(read(['--immutable-user-msis=A, b,,', '-syncRetryDuration', '5m', 'rest', '--bogus'])).toMatchObject({
    immutable: new Set(['a', 'b']),
    syncRetry: 300_000,
  });
  expect(read([], { FORCENAMESPACED: 'true' }).forceNamespaced).toBe(true);
  expect(read([], { FORCENAMESPACED: 'yes' }).forceNamespaced).toBe(false);
});
