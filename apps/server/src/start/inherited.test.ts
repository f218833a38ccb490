import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const program = `
import { spawnSync } from 'node:child_process';
import { closeInherited } from ${JSON.stringify(fileURLToPath(new URL('inherited.ts', import.meta.url)))};
const list = () => spawnSync('sh', ['-c', 'for each in /proc/self/fd/*; do readlink "$each"; done'], { encoding: 'utf8' }).stdout;
const before = list();
closeInherited();
console.log(JSON.stringify([before, list()].map((text) => text.split('\\n').includes('/etc'))));
`;

describe.skipIf(process.platform !== 'linux')('what was left open for this process', () => {
  it('does not reach the programs that it starts', () => {
    const { stdout, stderr } = spawnSync(
      'bash',
      ['-c', 'exec 200</etc; exec "$@"', 'bash', process.execPath, '--input-type=module', '--eval', program],
      { encoding: 'utf8' },
    );
    expect(stderr).toBe('');
    expect(stdout.trim()).toBe('[true,false]');
  });
});
