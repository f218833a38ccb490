import { lstat, mkdtemp, readdir, readFile, readlink, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createClock } from '@podpass/kernel';
import type { Pod } from './api/types.ts';
import { fieldValue, quantity, resourceValue } from './env/downward.ts';
import { buildEnvironment } from './env/environment.ts';
import { expand } from './env/expand.ts';
import { translate } from './env/translate.ts';
import { createImageCatalogue } from './images/catalogue.ts';
import { openLogFile } from './logs/file.ts';
import { readLog, readLogNow } from './logs/read.ts';
import { createRestartBackoff, restarts, waitText } from './pod/backoff.ts';
import { containerOf, podOf } from './testing/builders.ts';
import { waitUntil } from './time.ts';
import { refreshTime } from './volumes/token.ts';
import { writeVolume, type Payload } from './volumes/writer.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kubelet-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('expand', () => {
  it('does not let references to references fill the memory', () => {
    const defined = new Map([['A', 'x'.repeat(1000)]]);
    defined.set('B', expand('$(A)'.repeat(100), defined));
    expect(() => expand('$(B)'.repeat(1_000_000), defined)).toThrow(/expands to more than 131072 bytes/u);
  });

  it('leaves alone what is large by itself', () => {
    const text = `${'x'.repeat(200_000)}$(NONE)$$(A)`;
    expect(expand(text, new Map())).toBe(text.replace('$$', '$'));
  });

  it('counts what all variables of a container come to', async () => {
    const container = containerOf({
      env: [
        { name: 'A', value: 'x'.repeat(100_000) },
        ...Array.from({ length: 1_000 }, (_, at) => ({ name: `B${String(at)}`, value: '$(A)' })),
      ],
    });
    const data = { configMap: async () => undefined, secret: async () => undefined };
    await expect(buildEnvironment({ pod: podOf({ containers: [container] }), container, data, base: {} })).rejects.toThrow(
      'the variables of the container exceed 2097152 bytes',
    );
  });

  it.each([
    ['$(A)', '1'],
    ['x$(A)y$(B)', 'x1y2'],
    ['$$(A)', '$(A)'],
    ['$$$(A)', '$1'],
    ['$(C) $(A', '$(C) $(A'],
    ['$A ${A} $', '$A ${A} $'],
    ['$(A)$(LOOP)', '1$(A)'],
  ])('%s', (text, expected) => {
    expect(
      expand(
        text,
        new Map([
          ['A', '1'],
          ['B', '2'],
          ['LOOP', '$(A)'],
        ]),
      ),
    ).toBe(expected);
  });

  it('leaves text without dollars alone', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const bare = text.replaceAll('$', '');
        expect(expand(bare, new Map())).toBe(bare);
      }),
    );
  });
});

describe('translate', () => {
  const mounts = new Map([
    ['/var/run/secrets/azure/tokens', '/host/t'],
    ['/var/run', '/host/run'],
    ['/data/', '/host/d'],
  ]);
  it.each([
    ['/var/run/secrets/azure/tokens/azure-identity-token', '/host/t/azure-identity-token'],
    ['/var/run/secrets/azure/tokens', '/host/t'],
    ['/var/run/secrets/azure/tokens2/x', '/host/run/secrets/azure/tokens2/x'],
    ['/data/x', '/host/d/x'],
    ['/data', '/host/d'],
    ['/database', undefined],
    ['/data/../etc/passwd', undefined],
    ['data/x', undefined],
    ['https://data/x', undefined],
  ])('%s', (text, expected) => {
    expect(translate(text, mounts)).toBe(expected);
  });
});

describe('the downward API', () => {
  const pod: Pod = {
    ...podOf(),
    metadata: { name: 'p', namespace: 'n', uid: 'u', labels: { b: '2', a: '1' }, annotations: { 'x/y': 'z' } },
  };
  it.each([
    ['metadata.labels', 'a="1"\nb="2"'],
    ["metadata.annotations['x/y']", 'z'],
    ["metadata.labels['none']", ''],
    ['status.podIP', '127.0.0.1'],
    ['spec.containers', undefined],
  ])('%s', (path, expected) => {
    expect(fieldValue(pod, path)).toBe(expected);
  });

  it('gives resources in units of the divisor, rounded up', () => {
    const container = containerOf({ resources: { limits: { cpu: '1500m', memory: '1Gi' }, requests: {} } });
    expect(resourceValue(container, { resource: 'limits.cpu' })).toBe('2');
    expect(resourceValue(container, { resource: 'limits.memory', divisor: '1Mi' })).toBe('1024');
    expect(resourceValue(container, { resource: 'requests.cpu' })).toBe('0');
    expect(resourceValue(container, { resource: 'nonsense' })).toBeUndefined();
    expect(quantity('12e3')).toBe(12_000);
    expect(quantity('x')).toBeNaN();
  });
});

const payload = (files: Record<string, string>, mode = 0o644): Payload =>
  new Map(Object.entries(files).map(([name, text]) => [name, { content: Buffer.from(text), mode }]));

describe('writeVolume', () => {
  it.each(['../x', '/x', 'a/../b', 'a//b', '..data', ''])('refuses the path %j', async (name) => {
    await expect(writeVolume(folder, payload({ [name]: 'x' }))).rejects.toThrow('invalid path');
  });

  it('swings one link, so that readers see all old or all new files', async () => {
    expect(await writeVolume(folder, payload({ token: '1', 'dir/ca.crt': 'a' }))).toBe(true);
    const before = await readlink(join(folder, '..data'));
    expect((await lstat(join(folder, 'token'))).isSymbolicLink()).toBe(true);
    expect(await readlink(join(folder, 'dir'))).toBe(join('..data', 'dir'));
    expect(await writeVolume(folder, payload({ token: '1', 'dir/ca.crt': 'a' }))).toBe(false);
    expect(await readlink(join(folder, '..data'))).toBe(before);
    expect(await writeVolume(folder, payload({ token: '2' }, 0o600))).toBe(true);
    expect(await readlink(join(folder, '..data'))).not.toBe(before);
    expect(await readFile(join(folder, 'token'), 'utf8')).toBe('2');
    expect((await stat(join(folder, 'token'))).mode & 0o777).toBe(0o600);
    expect((await readdir(folder)).filter((name) => !name.startsWith('..'))).toEqual(['token']);
    expect(await readdir(folder)).toHaveLength(3);
  });

  it('never shows a mixture to a reader', async () => {
    await writeVolume(folder, payload({ a: '0', b: '0' }));
    let writing = true;
    const mixtures: string[] = [];
    const reader = (async () => {
      while (writing) {
        const target = await readlink(join(folder, '..data'));
        const [a, b] = await Promise.all(['a', 'b'].map((name) => readFile(join(folder, target, name), 'utf8').catch(() => 'gone')));
        if (a !== 'gone' && b !== 'gone' && a !== b) mixtures.push(`${String(a)}/${String(b)}`);
      }
    })();
    for (let round = 1; round < 30; round += 1) await writeVolume(folder, payload({ a: String(round), b: String(round) }));
    writing = false;
    await reader;
    expect(mixtures).toEqual([]);
  });
});

describe('the image catalogue', () => {
  const entries = [
    { image: 'ghcr.io/azure/azure-workload-identity/msal-go', command: ['reader'] },
    { image: 'nginx:1.27', command: ['nginx-1.27'] },
  ];
  it.each([
    ['ghcr.io/azure/azure-workload-identity/msal-go', 'reader'],
    ['ghcr.io/azure/azure-workload-identity/msal-go:latest', 'reader'],
    [`ghcr.io/azure/azure-workload-identity/msal-go@sha256:${'a'.repeat(64)}`, 'reader'],
    ['docker.io/library/nginx:1.27', 'nginx-1.27'],
    ['nginx:1.27', 'nginx-1.27'],
    ['nginx', undefined],
    ['nginx:1.28', undefined],
    ['ghcr.io/azure/azure-workload-identity/msal-go-evil', undefined],
    ['evil.io/azure/azure-workload-identity/msal-go', undefined],
    ['', undefined],
    ['a b', undefined],
  ])('%s', (image, expected) => {
    expect(createImageCatalogue({ entries }).find(image)?.command[0]).toBe(expected);
  });

  it('reads its file again when it changes, and keeps what it knew when it is broken', async () => {
    const file = join(folder, 'images.json');
    const catalogue = createImageCatalogue({ entries, file });
    expect(catalogue.find('mine')).toBeUndefined();
    await writeFile(file, JSON.stringify({ images: [{ image: 'mine', command: ['one'] }, { image: 'bad' }] }));
    expect(catalogue.find('mine:v2')?.command).toEqual(['one']);
    await writeFile(file, '{"images": [');
    expect(catalogue.find('mine')?.command).toEqual(['one']);
    await rm(file);
    expect(catalogue.find('mine')).toBeUndefined();
  });

  it('is mapped and unmapped; the file wins over what is bundled', async () => {
    const file = join(folder, 'images.json');
    const catalogue = createImageCatalogue({ entries, file });
    await catalogue.map('nginx:1.27', ['own', 'arg']);
    expect(createImageCatalogue({ entries, file }).find('nginx:1.27')?.command).toEqual(['own', 'arg']);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await catalogue.unmap('nginx:1.27')).toBe(true);
    expect(await catalogue.unmap('nginx:1.27')).toBe(false);
    expect(catalogue.find('nginx:1.27')?.command).toEqual(['nginx-1.27']);
    await expect(catalogue.map('', ['x'])).rejects.toThrow('image name');
    await expect(catalogue.map('x', [])).rejects.toThrow('command');
  });
});

describe('restarts', () => {
  it('back off from nothing over 10 s to 5 min, and start over after ten minutes', () => {
    const backoff = createRestartBackoff();
    expect(Array.from({ length: 8 }, () => backoff.next(0, 1) / 1000)).toEqual([0, 10, 20, 40, 80, 160, 300, 300]);
    expect(backoff.next(0, 600_000)).toBe(0);
    expect(waitText(80_000)).toBe('1m20s');
  });

  it.each([
    ['Always', 0, true],
    ['OnFailure', 0, false],
    ['OnFailure', 1, true],
    ['Never', 1, false],
  ])('%s after %d', (policy, code, expected) => {
    expect(restarts(policy, code)).toBe(expected);
  });
});

describe('refreshTime', () => {
  it.each([
    [3600, 2880],
    [86_400, 69_120],
    [31_536_000, 86_400],
  ])('of a token of %d s', (life, at) => {
    expect(refreshTime(0, life * 1000, 0)).toBe(at * 1000);
    expect(refreshTime(0, life * 1000, 9_999)).toBe(at * 1000 - 9_999);
  });
});

describe('waitUntil', () => {
  it('ends when the clock is shifted, not before', async () => {
    const clock = createClock({ frozenAt: 1000 });
    let over = false;
    const waiting = waitUntil(clock, 5000, new AbortController().signal).then(() => {
      over = true;
    });
    clock.freeze(4999);
    await Promise.resolve();
    expect(over).toBe(false);
    clock.freeze(5000);
    await waiting;
  });
});

describe('logs', () => {
  it('keep lines, parts of long lines, streams and times', async () => {
    let now = Date.parse('2026-01-01T00:00:00Z');
    const file = join(folder, 'a', '0.log');
    const log = openLogFile(file, () => now);
    const out = log.sink('stdout');
    const heard: string[] = [];
    log.subscribe((line) => heard.push(line.text));
    out.write(Buffer.from('one\ntw'));
    now += 1000;
    const snow = Buffer.from('☃');
    out.write(Buffer.from('o\n'));
    out.write(snow.subarray(0, 1));
    out.write(snow.subarray(1));
    out.write(Buffer.from(`\n${'x'.repeat(20_000)}\nlast`));
    out.end();
    log.close();
    await log.closed;
    expect(await readLog(file, {})).toBe(`one\ntwo\n☃\n${'x'.repeat(20_000)}\nlast\n`);
    expect(readLogNow(file, { tailLines: 1 })).toBe('last\n');
    expect(await readLog(file, { tailLines: 2, limitBytes: 3 })).toBe('xxx');
    expect(await readLog(file, { tailLines: 0 })).toBe('');
    expect(await readLog(file, { since: now, timestamps: true, limitBytes: 35 })).toBe('2026-01-01T00:00:01.000000000Z two\n');
    expect(heard.slice(0, 2)).toEqual(['one', 'two']);
    expect(await readLog(join(folder, 'none'), {})).toBe('');
  });

  it('are turned over at ten megabytes and keep one older part', async () => {
    const file = join(folder, '0.log');
    const log = openLogFile(file, () => 0);
    const sink = log.sink('stderr');
    const line = Buffer.from(`${'y'.repeat(16_000)}\n`);
    for (let index = 0; index < 1400; index += 1) sink.write(line);
    log.close();
    expect((await stat(file)).size).toBeLessThan(10_485_761);
    expect((await stat(`${file}.1`)).size).toBeLessThan(10_485_761);
    expect(await readdir(folder)).toEqual(['0.log', '0.log.1']);
  });
});
