import { mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../../testing/builders.ts';
import { createBench, machinePath, noNamespaces, type Bench } from '../../testing/namespaces.ts';

describe.skipIf(noNamespaces !== undefined)('a root that is made in advance', () => {
  let bench: Bench;
  let folder: string;
  const roots = (): readonly string[] => readdirSync(join(bench.podsDir, '.runtime', 'roots'));
  /** Runs a container, and waits for the root of the next. */
  const first = async (script = ''): Promise<string> => {
    await bench.run(script);
    return eventually(() => (roots().length === 1 ? roots()[0] : undefined));
  };

  beforeEach(async () => {
    folder = realpathSync(mkdtempSync('/var/tmp/podpass-roots-'));
    bench = await createBench({ masked: [join(folder, 'data')] });
  });
  afterEach(async () => {
    await bench.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('is not used when there is more to hide since', async () => {
    const spare = await first();
    mkdirSync(join(folder, 'data', 'secret'), { recursive: true });
    const { running, output } = bench.start(`ls -A "$DATA"; echo end`, {}, { env: { DATA: join(folder, 'data') } });
    expect(roots()).toHaveLength(2);
    expect(await running.exited).toMatchObject({ exitCode: 0 });
    expect(output()).toBe('end');
    await eventually(() => !roots().includes(spare));
  });

  it('is not used for a root that shall be read-only', async () => {
    await first();
    const { output } = await bench.run('echo x > /x; echo x > /tmp/x', { securityContext: { readOnlyRootFilesystem: true } });
    expect(output.match(/Read-only file system/gu)).toHaveLength(2);
  });

  it('is one container’s only, and has nothing of the one before', async () => {
    const spare = await first('echo mine | tee /tmp/x /run/x /dev/shm/x /pod-home/x /etc/x /x /etc/hosts >/dev/null');
    const script = 'ls /tmp /run /dev/shm /pod-home; ls /etc/x /x; cat /etc/hosts';
    const both = [bench.start(script), bench.start(script)];
    expect(roots()).toHaveLength(2);
    expect(roots()).toContain(spare);
    await Promise.all(both.map(({ running }) => running.exited));
    for (const { output } of both) {
      expect(output()).not.toContain('mine');
      expect(output()).toContain('10.244.0.5 web');
      expect(output().match(/^(?:\/etc)?\/x$/gmu)).toBeNull();
    }
  });

  it('shows the network of its pod alone', async () => {
    const spare = await first();
    const { running, output } = bench.start(
      'ls /sys/class/net; ip -o address show to 10.244.0.5; hostname',
      {},
      { env: { PATH: machinePath } },
    );
    expect(roots()).toEqual([spare]);
    await running.exited;
    expect(output()).toMatch(/^lo\n\d+: lo .*10\.244\.0\.5\/32.*\nweb$/u);
  });

  it('hands over every text as it is', async () => {
    await first();
    const texts = ['', ' a  b ', 'x\n', '\n\ny\n\n', `$(echo no) \`id\` "'\\n\\`, '2\n-n', 'größer\u0081\u0088', 'z'.repeat(20_000)];
    const script = 'for text in "$@" "$A" "$B"; do printf %s "$text" | od -An -tx1 -v | tr -d " \\n"; echo .; done';
    const { running, output } = bench.start('', {}, { argv: ['sh', '-c', script, 'sh', ...texts], env: { A: '\nv\n', B: ' \\' } });
    expect(await running.exited).toMatchObject({ exitCode: 0 });
    const heard = output().replaceAll('\n', '').split('.').slice(0, -1);
    expect(heard.map((hex) => Buffer.from(hex, 'hex').toString())).toEqual([...texts, '\nv\n', ' \\']);
  });

  it('can be read by every user, whatever the mask of the platform is', async () => {
    const mask = process.umask(0o077);
    const other = await createBench();
    process.umask(mask);
    const { output } = await other.run('cat /etc/hosts /etc/resolv.conf /etc/hostname; ls /tmp', { securityContext: { runAsUser: 1234 } });
    await other.close();
    expect(output).toBe('127.0.0.1 localhost\n10.244.0.5 web\nnameserver 10.0.0.10\nweb');
  });

  it('is not told what no process can be given', async () => {
    const { exit } = await bench.run('true', {}, { env: { A: 'a\0b' } });
    expect(exit).toMatchObject({ exitCode: 128, reason: 'StartError', message: expect.stringContaining('NUL') as string });
  });

  it('ends with the runtime', async () => {
    const spare = await first();
    await bench.runtime.close();
    expect(roots()).not.toContain(spare);
  });
});
