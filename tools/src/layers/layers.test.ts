import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from '../paths.ts';
import { run } from '../run.ts';
import { packages } from './table.ts';

const oxlint = path.join(root, 'node_modules/oxlint/bin/oxlint');

/** Plants one file in a package, lints it, and takes it away again. */
const lint = async (folder: string, source: string): Promise<{ code: number; output: string }> => {
  const planted = path.join(root, folder, 'src', 'planted-violation');
  const file = path.join(planted, 'planted.ts');
  await mkdir(planted, { recursive: true });
  try {
    await writeFile(file, source);
    const { code, stdout, stderr } = await run(process.execPath, [oxlint, '--no-ignore', file], { cwd: root });
    return { code, output: stdout + stderr };
  } finally {
    await rm(planted, { recursive: true, force: true });
  }
};

describe('layer rules', () => {
  const violations: readonly [string, string, string][] = [
    [
      'packages/kernel',
      "import { createListener } from '@podpass/http';\nexport const planted = createListener;\n",
      'must not import http',
    ],
    ['packages/sts', "import * as arm from '@podpass/arm';\nexport const planted = arm;\n", 'must not import arm'],
    ['packages/kube', "import * as arm from '@podpass/arm';\nexport const planted = arm;\n", 'must not import arm'],
    [
      'packages/providers/container-service',
      "import * as kube from '@podpass/kube';\nexport const planted = kube;\n",
      'must not import kube',
    ],
    ['apps/cli', "import * as server from '@podpass/server';\nexport const planted = server;\n", 'must not import server'],
    ['packages/sts', "import * as https from 'node:https';\nexport const planted = https;\n", 'node:https belongs to http'],
    ['packages/arm', "import * as jose from 'jose';\nexport const planted = jose;\n", 'jose belongs to crypto'],
    ['packages/directory', 'export const planted = Date.now();\n', 'Time comes from the kernel clock'],
    ['packages/store', "export const planted = process.env['HOME'];\n", 'Only apps read the environment'],
    ['packages/keyvault', 'export const planted = Math.random();\n', 'Randomness comes from the kernel ids'],
    ['packages/graph', 'export const planted = (value: any) => String(value);\n', 'no-explicit-any'],
  ];

  it.each(violations)('is red when %s holds %j', async (folder, source, message) => {
    const { code, output } = await lint(folder, source);
    expect(output).toContain(message);
    expect(code).not.toBe(0);
  });

  it('is green for an import downwards', async () => {
    const { code, output } = await lint('packages/sts', "import { newGuid } from '@podpass/kernel';\n\nexport const planted = newGuid;\n");
    expect(code, output).toBe(0);
  });

  it('lists every package below those that it imports', () => {
    const above = new Set<string>();
    for (const row of packages) {
      expect(
        row.imports.filter((name) => !above.has(name)),
        row.name,
      ).toEqual([]);
      above.add(row.name);
    }
    expect(above.size).toBe(packages.length);
  });
});
