import { mkdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../../testing/builders.ts';
import { createBench, noNamespaces, type Bench } from '../../testing/namespaces.ts';
import { writeVolume } from '../../volumes/writer.ts';

const text = (content: string) => new Map([['token', { content: Buffer.from(content), mode: 0o644 }]]);

describe.skipIf(noNamespaces !== undefined)('the volumes of a container in namespaces', () => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await createBench();
  });
  afterAll(() => bench.close());

  it('cannot be written when they are read-only, nor through a sub path', async () => {
    writeFileSync(join(bench.volume('ro'), 'file'), 'kept');
    mkdirSync(join(bench.volume('ro'), 'sub'), { recursive: true });
    const volumeMounts = [
      { name: 'ro', mountPath: '/ro', readOnly: true },
      { name: 'ro', mountPath: '/sub', subPath: 'sub', readOnly: true },
      { name: 'ro', mountPath: '/etc/one-file', subPath: 'file', readOnly: true },
    ];
    const { output } = await bench.run(
      'echo x > /ro/file; echo x > /sub/new; echo x > /etc/one-file; rm /ro/file; cat /etc/one-file; mount -o remount,rw /ro',
      { volumeMounts },
    );
    expect(output.match(/Read-only file system/gu)).toHaveLength(4);
    expect(output).toContain('kept');
    expect(readFileSync(join(bench.volume('ro'), 'file'), 'utf8')).toBe('kept');
  });

  it.each([
    ['a config map', { configMap: { name: 'x' } }],
    ['a secret', { secret: { secretName: 'x' } }],
    ['projections', { projected: { sources: [] } }],
    ['the downward API', { downwardAPI: { items: [] } }],
  ])('cannot be written when they are of %s, where a link would lead the kubelet out', async (_what, source) => {
    const folder = bench.volume('kept');
    await writeVolume(folder, text('first'));
    mkdirSync(join(folder, 'nested'), { recursive: true });
    const { output } = await bench.run(
      'echo x > /kept/new; echo x > /kept/token; mv /kept/..data /kept/gone; ln -s /etc /kept/..data_tmp; echo x > /sub/new; touch /kept/nested/fine && ls /kept',
      {
        volumeMounts: [
          { name: 'kept', mountPath: '/kept' },
          { name: 'kept', mountPath: '/sub', subPath: 'nested' },
          { name: 'scratch', mountPath: '/kept/nested' },
        ],
      },
      {
        spec: {
          volumes: [
            { name: 'kept', ...source },
            { name: 'scratch', emptyDir: {} },
          ],
        },
      },
    );
    expect(output.match(/Read-only file system/gu)).toHaveLength(5);
    // Its two streams reach the log each in its own order.
    expect(output.split('\n')).toEqual(expect.arrayContaining(['nested', 'token']));
  });

  it.each(['/', '/proc', '/proc/self', '/sys/x', '/a/../b', '//'])('cannot be mounted on %s', (mountPath) => {
    expect(() => bench.start('true', { volumeMounts: [{ name: 'v', mountPath }] })).toThrow(/mount/u);
  });

  it.each(['../other', '/etc', 'a/../../b'])('have no sub path %s', (subPath) => {
    expect(() => bench.start('true', { volumeMounts: [{ name: 'v', mountPath: '/v', subPath }] })).toThrow('subPath');
  });

  it.each(['/proc/1/root', '/proc/1/cwd/secret', '/nothing/here', 'self'])(
    'tell nothing of the machine when a link of a sub path leads to %s there',
    async (target) => {
      const folder = bench.volume('links');
      rmSync(join(folder, 'self'), { force: true });
      symlinkSync(target, join(folder, 'self'));
      const { exit, output } = await bench.run('ls /x', { volumeMounts: [{ name: 'links', mountPath: '/x', subPath: 'self' }] });
      expect(`${output}${exit.message ?? ''}`).not.toContain(bench.podsDir);
    },
  );

  it('lie at their own paths, and are swapped as a whole while the program runs', async () => {
    const folder = bench.volume('token');
    await writeVolume(folder, text('first\n'));
    const started = bench.start('p=/var/run/secrets/azure/tokens/token; cat $p; until grep -q second $p; do sleep 0.02; done; cat $p', {
      volumeMounts: [{ name: 'token', mountPath: '/var/run/secrets/azure/tokens', readOnly: true }],
    });
    await eventually(() => started.output().includes('first'));
    await writeVolume(folder, text('second\n'));
    expect(await started.running.exited).toMatchObject({ exitCode: 0 });
    expect(started.output()).toBe('first\nsecond');
  });

  it('may lie inside each other, be shared, and have sub paths that are made', async () => {
    const volumeMounts = [
      { name: 'inner', mountPath: '/outer/deep/inner' },
      { name: 'outer', mountPath: '/outer' },
      { name: 'outer', mountPath: '/made', subPathExpr: 'logs/$(NAME)' },
    ];
    const { exit } = await bench.run(
      'echo a > /outer/a; echo b > /outer/deep/inner/b; echo c > /made/c; cat /outer/logs/web/c',
      { volumeMounts },
      { env: { NAME: 'web' } },
    );
    expect(exit.exitCode).toBe(0);
    expect(readFileSync(join(bench.volume('inner'), 'b'), 'utf8')).toBe('b\n');
    expect(statSync(join(bench.volume('outer'), 'logs', 'web', 'c')).isFile()).toBe(true);
  });

  it('come beside names of the network and a working directory that is made', async () => {
    const { output } = await bench.run(
      'cat /etc/resolv.conf /etc/hosts /etc/hostname; hostname; pwd; ls -d /tmp /pod-home; ls /tmp',
      {},
      { cwd: '/srv/app/x' },
    );
    expect(output.split('\n')).toEqual([
      'nameserver 10.0.0.10',
      '127.0.0.1 localhost',
      '10.244.0.5 web',
      'web',
      'web',
      '/srv/app/x',
      '/pod-home',
      '/tmp',
    ]);
  });
});
