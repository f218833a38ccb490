import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { survivors } from '../pid-file.ts';
import { eventually } from '../../testing/builders.ts';
import { createBench, machinePath, noNamespaces, type Bench } from '../../testing/namespaces.ts';
import { createControlGroups } from './cgroup.ts';

const groupsExist =
  noNamespaces === undefined &&
  (() => {
    const groups = createControlGroups('podpass-probe');
    const group = groups.create('x', { memory: 64 * 1024 * 1024, cpu: 1, pids: 10 });
    const good = group.missing.length === 0;
    group
      .remove()
      .then(() => groups.clear())
      .catch(() => undefined);
    return good;
  })();
if (noNamespaces === undefined && !groupsExist) process.stderr.write('SKIPPED: tests of limits: no control groups can be made here\n');

describe.skipIf(noNamespaces !== undefined)('the life of a container in namespaces', () => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await createBench();
  });
  afterAll(() => bench.close());

  it.each([
    ['a program that does not exist', { argv: ['no-such-program'] }, /executable file not found in \$PATH/u],
    ['a working directory that is a file', { argv: ['true'], cwd: '/etc/passwd' }, /folder|directory/u],
  ])('ends with StartError for %s', async (_, more, message) => {
    const { exit } = await bench.run('', {}, more);
    expect(exit).toMatchObject({ exitCode: 128, reason: 'StartError' });
    expect(exit.message).toMatch(message);
  });

  it.each([
    [{ privileged: true }, {}, 'privileged is not supported'],
    [{}, { hostPID: true }, 'hostPID is not supported'],
    [{}, { hostIPC: true }, 'hostIPC is not supported'],
    [{ capabilities: { add: ['SYS_ADMIN'] } }, {}, 'capability SYS_ADMIN cannot be added'],
    [{ capabilities: { add: ['ALL'] } }, {}, 'capability ALL cannot be added'],
    [{ runAsNonRoot: true }, {}, 'container has runAsNonRoot and image will run as root'],
    [{ runAsNonRoot: true, runAsUser: 0 }, {}, 'runAsUser breaks non-root policy'],
    [{ runAsUser: -1 }, {}, 'out of range'],
    [{ procMount: 'Unmasked' }, {}, 'procMount Unmasked is not supported'],
  ])('is refused %j %j', (securityContext, spec, message) => {
    expect(() => bench.start('true', { securityContext }, { spec })).toThrow(message);
  });

  it('runs as the user and groups that it asks for, and cannot become root again', async () => {
    const { output } = await bench.run(
      'id; echo x > ~/mine && echo written; cat /etc/shadow',
      { securityContext: { runAsUser: 1234, runAsGroup: 55, allowPrivilegeEscalation: false } },
      { spec: { securityContext: { fsGroup: 77 } } },
    );
    expect(output).toContain('uid=1234 gid=55 groups=55,77');
    expect(output).toContain('written');
    expect(output).toContain('Permission denied');
  });

  it('cannot write its root when that is read-only', async () => {
    const { output, exit } = await bench.run(
      'for p in /x /tmp/x /run/x /dev/x /pod-home/x; do echo x > $p; done; echo data > /v/x; echo x > /dev/null',
      { securityContext: { readOnlyRootFilesystem: true }, volumeMounts: [{ name: 'v', mountPath: '/v' }] },
    );
    expect(output.match(/Read-only file system/gu)).toHaveLength(5);
    expect(exit.exitCode).toBe(0);
  });

  it('is process 1, hears SIGTERM and says how it ended', async () => {
    const { running, output } = bench.start('trap "echo bye; exit 7" TERM; echo $$; while :; do sleep 0.05; done');
    await eventually(() => output().includes('1'));
    await running.stop(5000);
    expect(await running.exited).toEqual({ exitCode: 7, reason: 'Error' });
    expect(output()).toBe('1\nbye');
  });

  it('ends with everything in it when it does not heed SIGTERM', async () => {
    const { running, output } = bench.start('trap "" TERM; setsid sleep 4242 & echo up; while :; do sleep 1; done');
    await eventually(() => output().includes('up'));
    await running.stop(50);
    expect(await running.exited).toMatchObject({ exitCode: 137, signal: 9 });
    await eventually(
      () =>
        !readdirSync('/proc').some(
          (pid) => /^\d+$/u.test(pid) && existsSync(`/proc/${pid}/cmdline`) && readText(`/proc/${pid}/cmdline`) === 'sleep\x004242\0',
        ),
    );
  });

  it('leaves no process, no control group and no mount', async () => {
    const before = readFileSync('/proc/self/mountinfo', 'utf8');
    const { running, output } = bench.start('echo up; exec sleep 60');
    await eventually(() => output().includes('up'));
    const folder = join(bench.podsDir, 'uid-1');
    await eventually(
      () =>
        existsSync(join(folder, 'processes')) && readdirSync(join(folder, 'processes')).filter((name) => name.includes('.init')).length > 0,
    );
    expect((await survivors(folder)).length).toBeGreaterThanOrEqual(2);
    await running.stop(0);
    expect(await survivors(folder)).toEqual([]);
    expect(readFileSync('/proc/self/mountinfo', 'utf8')).toBe(before);
  });

  it('runs exec probes inside, with the privileges of the container', async () => {
    const readinessProbe = {
      exec: { command: ['sh', '-c', 'cat /tmp/ok && grep CapBnd /proc/self/status; echo "$WORD $0"; exit $(cat /tmp/ok)', `a'b "c"`] },
    };
    const { running, output } = bench.start(
      'echo 3 > /tmp/ok; echo up; exec sleep 60',
      { readinessProbe, securityContext: { capabilities: { drop: ['ALL'] } } },
      { env: { WORD: 'x  y' } },
    );
    await eventually(() => output().includes('up'));
    const answer = await running.exec?.(0, 2000);
    expect(answer?.exitCode).toBe(3);
    expect(answer?.output).toBe(`3\nCapBnd:\t0000000000000000\nx  y a'b "c"`);
    await running.stop(0);
    expect((await running.exec?.(0, 100))?.exitCode).not.toBe(0);
  });

  it('ends an exec probe that takes too long', async () => {
    const { running, output } = bench.start('echo up; exec sleep 60', { livenessProbe: { exec: { command: ['sleep', '30'] } } });
    await eventually(() => output().includes('up'));
    expect((await running.exec?.(0, 100))?.exitCode).not.toBe(0);
    await running.stop(0);
  });

  it.skipIf(!groupsExist)('is ended when it takes more memory than its limit', async () => {
    const { exit, output } = await bench.run(
      '',
      { resources: { limits: { memory: '48Mi' } } },
      { argv: ['python3', '-c', 'x = bytearray(300_000_000)'], env: { PATH: machinePath } },
    );
    expect(exit, output).toMatchObject({ exitCode: 137, reason: 'OOMKilled' });
    expect(bench.unlimited).toEqual([]);
  });

  it.skipIf(!groupsExist)('removes the control groups that a crashed predecessor left', async () => {
    const groups = createControlGroups('podpass-crashed');
    const left = groups.create('left', { memory: 64 * 1024 * 1024, cpu: 0.5, pids: 10 });
    expect(left.folders.length).toBeGreaterThan(0);
    await createControlGroups('podpass-crashed').clear();
    for (const folder of left.folders) expect(existsSync(folder)).toBe(false);
  });
});

const readText = (file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
};
