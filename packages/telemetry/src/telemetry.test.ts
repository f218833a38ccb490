import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { createClock } from '@podpass/kernel';
import { afterEach, describe, expect, it } from 'vitest';
import { createTelemetry, silentTelemetry } from './telemetry.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

const collect = (level: 'debug' | 'info' | 'error' | 'silent') => {
  const lines: string[] = [];
  const destination = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(...chunk.toString().trim().split('\n'));
      done();
    },
  });
  const clock = createClock({ frozenAt: Date.UTC(2030, 0, 2) });
  return { lines, telemetry: createTelemetry({ level, clock, destination }) };
};

describe('log', () => {
  it('leaves out what is below the level', () => {
    const { lines, telemetry } = collect('info');
    telemetry.log.debug({}, 'quiet');
    expect(lines).toEqual([]);
  });

  it('redacts fields, messages and bindings', () => {
    const { lines, telemetry } = collect('debug');
    telemetry.log.child({ token: 'hunter2' }).info({ headers: { authorization: 'Bearer hunter2hunter2' } }, 'password=hunter2');
    expect(lines.join()).not.toContain('hunter2');
  });

  it('takes its time from the clock', () => {
    const { lines, telemetry } = collect('info');
    telemetry.log.warn({ a: 1 }, 'hello');
    expect(JSON.parse(lines[0]!)).toEqual({ level: 'warn', time: '2030-01-02T00:00:00.000Z', a: 1, message: 'hello' });
  });

  it('appends to a file that only its owner reads', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'podpass-telemetry-'));
    folders.push(folder);
    const destination = join(folder, 'logs', 'podpass.log');
    const telemetry = createTelemetry({ level: 'info', clock: createClock(), destination });
    telemetry.log.info({}, 'kept');
    await telemetry.close();
    expect(readFileSync(destination, 'utf8')).toContain('"kept"');
    expect(statSync(destination).mode & 0o077).toBe(0);
  });

  it('says at once that a file cannot be opened', () => {
    expect(() => createTelemetry({ level: 'info', clock: createClock(), destination: '/dev/null/file.log' })).toThrow(/ENOTDIR|EEXIST/);
  });

  it('survives a full disk', async () => {
    const telemetry = createTelemetry({ level: 'info', clock: createClock(), destination: '/dev/full' });
    telemetry.log.info({}, 'lost');
    await expect(telemetry.close()).resolves.toBeUndefined();
  });
});

describe('audit', () => {
  it('is written although the level is higher', () => {
    const { lines, telemetry } = collect('error');
    telemetry.audit({ event: 'token-exchange', outcome: 'refused', reason: 'subject-mismatch', assertion: 'hunter2' });
    expect(JSON.parse(lines[0]!)).toMatchObject({ audit: true, event: 'token-exchange', outcome: 'refused', assertion: '[redacted]' });
  });
  it('is silent when the log is', () => {
    const { lines, telemetry } = collect('silent');
    telemetry.audit({ event: 'x', outcome: 'granted' });
    expect(lines).toEqual([]);
  });
});

it('has a silent form', async () => {
  const telemetry = silentTelemetry();
  telemetry.log.child({}).error({}, 'nothing');
  expect(await telemetry.metrics.exposition()).toBe('');
});
