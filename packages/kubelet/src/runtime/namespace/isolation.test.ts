import { mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, symlinkSync, writeFileSync, readFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createBench, machinePath, noNamespaces, type Bench, ownNode } from '../../testing/namespaces.ts';

describe.skipIf(noNamespaces !== undefined)('a container in namespaces', () => {
  let bench: Bench;
  let data: string;
  beforeAll(async () => {
    data = realpathSync(mkdtempSync('/var/tmp/podpass-data-'));
    mkdirSync(join(data, 'ca'));
    writeFileSync(join(data, 'secret.key'), 'key');
    writeFileSync(join(data, 'ca', 'ca.pem'), 'certificate');
    bench = await createBench({
      masked: [data],
      shared: [
        ...ownNode,
        { from: join(data, 'ca', 'ca.pem'), to: join(data, 'ca', 'ca.pem') },
        { from: join(data, 'ca'), to: '/etc/podpass' },
      ],
    });
  });
  afterAll(async () => {
    await bench.close();
    rmSync(data, { recursive: true, force: true });
  });

  it('does not see the data folder, other than what it is given', async () => {
    const { output } = await bench.run(
      `cat "$DATA/secret.key" 2>&1; ls "$DATA"; cat "$DATA/ca/ca.pem" /etc/podpass/ca.pem; ls "$PODS"; echo x > /etc/podpass/y`,
      {},
      { env: { DATA: data, PODS: bench.podsDir } },
    );
    expect(output).toContain('No such file');
    expect(output).toContain('\nca\n');
    expect(output.match(/certificate/gu)).toHaveLength(2);
    expect(output).not.toContain('uid-1');
    expect(output).toContain('Read-only file system');
  });

  it('does not see the processes, nor the /proc, of anything else', async () => {
    const other = bench.start('exec sleep 60');
    const { output } = await bench.run('for p in /proc/[0-9]*; do cat $p/cmdline | tr "\\0" " "; echo; done; kill -9 -1; echo still here');
    expect(output).not.toContain('sleep 60');
    expect(output).not.toContain('vitest');
    expect(output).toContain('still here');
    await other.running.stop(0);
  });

  it.each([
    ['mount', 'mount -t tmpfs x /mnt'],
    ['remount read-only parts of /proc', 'mount -o remount,bind,rw /proc/sys'],
    ['unmount what is masked', `umount "$DATA"`],
    ['change the kernel', 'echo x > /proc/sys/kernel/core_pattern'],
    ['reconfigure the network', 'ip link set lo down'],
    ['add an address', 'ip address add 10.244.0.99/32 dev lo'],
    ['change the host name', 'hostname other'],
    [
      'open the disk of the machine',
      'mknod /tmp/disk b $(stat -c "0x%t 0x%T" /dev/null >/dev/null; set -- $(grep -m1 -E " (vda|sda|nvme0n1|xvda)$" /proc/partitions || echo 254 0); echo $1 $2) && head -c1 /tmp/disk',
    ],
    ['enter the namespaces of another', 'nsenter --mount=/proc/1/ns/mnt true'],
    [
      'leave its root by chroot',
      `mkdir -p /tmp/x && python3 -c 'import os; os.chroot("/tmp/x"); [os.chdir("..") for _ in range(64)]; os.chroot("."); open(os.environ["DATA"] + "/secret.key")'`,
    ],
    ['see the old root', 'ls -d /dev/.*/old 2>/dev/null | grep old'],
  ])('cannot %s', async (_, command) => {
    const { exit, output } = await bench.run(command, {}, { env: { DATA: data, PATH: machinePath } });
    expect(exit.exitCode, output).not.toBe(0);
    expect(exit.reason).toBe('Error');
  });

  it('is ended before the platform when the machine has no memory left, and cannot change that', async () => {
    const { output } = await bench.run('echo -500 > /proc/self/oom_score_adj; cat /proc/self/oom_score_adj');
    expect(output).toMatch(/(?:Permission denied|I\/O error|Read-only file system)\n1000$/u);
  });

  it('has no raw sockets when NET_RAW is dropped, and has them otherwise', async () => {
    const script = `python3 -c 'import socket; socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0x0300); print("raw")'`;
    const env = { PATH: machinePath };
    const dropped = await bench.run(script, { securityContext: { capabilities: { drop: ['NET_RAW'] } } }, { env });
    expect(dropped.output).toContain('Operation not permitted');
    expect(dropped.exit.exitCode).not.toBe(0);
    expect((await bench.run(script, {}, { env })).output).toContain('raw');
  });

  it('has no raw sockets in the host network, where it would hear the tokens of all pods of the node', async () => {
    const script = `python3 -c 'import socket; socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0x0300)'; grep CapBnd /proc/self/status`;
    const more = { env: { PATH: machinePath }, spec: { hostNetwork: true } };
    const { output } = await bench.run(script, {}, more);
    expect(output).toContain('Operation not permitted');
    expect(output).toMatch(/CapBnd:\s*00000000a80405fb/u);
    for (const name of ['NET_RAW', 'CAP_NET_ADMIN'])
      expect(() => bench.start('true', { securityContext: { capabilities: { add: [name] } } }, more)).toThrow(
        /capability NET_\w+ cannot be added to a pod in the host network/u,
      );
  });

  it.each([
    ['the default set', {}, 'a80425fb', '0'],
    ['nothing', { capabilities: { drop: ['ALL'] } }, '0', '0'],
    ['what is added beside drop ALL', { capabilities: { drop: ['all'], add: ['CAP_NET_BIND_SERVICE'] } }, '400', '0'],
    ['NET_ADMIN', { capabilities: { add: ['NET_ADMIN'] } }, 'a80435fb', '0'],
    ['no new privileges', { allowPrivilegeEscalation: false }, 'a80425fb', '1'],
  ])('is held to %s', async (_, securityContext, bounding, noNew) => {
    const { output } = await bench.run('grep -E "CapPrm|CapBnd|NoNewPrivs" /proc/self/status | tr -s "\\t0" "  "', { securityContext });
    const [permitted, bound, privileges] = output.split('\n').map((line) => line.replace(/^\w+:\s*/u, ''));
    const plain = bounding === '0' ? '' : bounding.replaceAll('0', ' ').trim();
    expect([permitted?.trim(), bound?.trim()]).toEqual([plain, plain]);
    expect(privileges?.trim()).toBe(noNew === '0' ? '' : noNew);
  });

  it('keeps shell metacharacters as data, in arguments, variables, paths and folders', async () => {
    const nasty = `a b'"\`touch /tmp/pwned\`$(touch /tmp/pwned);touch /tmp/pwned\n#\\040&|>`;
    writeFileSync(join(bench.volume('v'), 'file'), 'inside');
    const { output } = await bench.run(
      '',
      { volumeMounts: [{ name: 'v', mountPath: `/data/${nasty}` }] },
      {
        argv: ['sh', '-c', 'printf "%s|" "$1" "$NASTY" "$PWD"; cat file; ls /tmp; env | grep -c PODPASS_RT', 'sh', nasty],
        env: { NASTY: nasty, 'odd.name': nasty, PODPASS_RT_E1: nasty, IFS: 'x' },
        cwd: `/data/${nasty}`,
      },
    );
    expect(output).toContain(`${nasty}|${nasty}|/data/${nasty}|`);
    expect(output).toContain('inside');
    expect(output).not.toMatch(/^pwned$/mu);
    expect(existsSync('/tmp/pwned')).toBe(false);
  });

  it('gives variables to the program that would act on the tools of the machine', async () => {
    const { output } = await bench.run('true; echo "$LD_PRELOAD"', {}, { env: { LD_PRELOAD: '/evidence/lib.so' } });
    // The shell of the program complains once, as it would anywhere; no tool before it does.
    expect(output.match(/cannot be preloaded/gu)).toHaveLength(1);
    expect(output).toContain('/evidence/lib.so');
  });

  it('passes on variables that no shell can hold', async () => {
    const { output } = await bench.run(
      '',
      {},
      {
        argv: [
          process.execPath,
          '-e',
          'console.log(process.env["odd.name"], process.env["UID"], Object.keys(process.env).filter((n) => n.startsWith("PODPASS_RT") || n === "LC_ALL").join())',
        ],
        env: { 'odd.name': 'x y', UID: '7' },
      },
    );
    expect(output).toBe('x y 7 ');
  });

  it('cannot make the machine run a tool of its own by mounting over it', async () => {
    const tools = bench.volume('tools');
    for (const name of ['setpriv', 'mount', 'umount', 'sh', 'env', 'mkdir', 'chown', 'id'])
      writeFileSync(
        join(tools, name),
        `#!${process.execPath}\nconst f = require('fs'); f.appendFileSync('/evidence/${name}', f.readFileSync('/proc/self/status', 'utf8'));\n`,
        { mode: 0o755 },
      );
    const evidence = bench.volume('evidence');
    const volumeMounts = [
      { name: 'evidence', mountPath: '/evidence' },
      ...['setpriv', 'mount', 'umount', 'env', 'mkdir', 'chown'].map((name) => ({
        name: 'tools',
        mountPath: `/usr/bin/${name}`,
        subPath: name,
      })),
    ];
    await bench.run('true', { volumeMounts, securityContext: { readOnlyRootFilesystem: true } });
    expect(readdirSync(evidence)).toEqual([]);
  });

  it('mounts a sub path inside itself only, wherever a link of the volume points', async () => {
    const folder = bench.volume('links');
    symlinkSync('../../../../../../../../../../../..', join(folder, 'up'));
    symlinkSync(data, join(folder, 'data'));
    const up = await bench.run(
      'ls -a /up; ls /up/var/tmp; cat /up$DATA/secret.key',
      { volumeMounts: [{ name: 'links', mountPath: '/up', subPath: 'up' }] },
      { env: { DATA: data } },
    );
    expect(up.output).toContain('home');
    expect(up.exit.exitCode).not.toBe(0);
    const masked = await bench.run('ls /d', { volumeMounts: [{ name: 'links', mountPath: '/d', subPath: 'data' }] });
    expect(masked.output).not.toContain('secret.key');
  });

  it('loses everything it wrote outside its volumes', async () => {
    await bench.run('echo x > /usr/bin/podpass-was-here; echo y > /etc/hosts; rm -rf /opt');
    expect(existsSync('/usr/bin/podpass-was-here')).toBe(false);
    expect(readFileSync('/etc/hosts', 'utf8')).not.toBe('y\n');
    expect(existsSync('/opt')).toBe(true);
    expect((await bench.run('cat /usr/bin/podpass-was-here')).exit.exitCode).not.toBe(0);
  });
});
