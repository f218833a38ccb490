import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { root } from '@podpass/tools';
import { said, startPlatform } from '../platform/platform.ts';

it('the unmodified JavaScript SDKs make the whole journey', async () => {
  await using platform = await startPlatform('sdk-journey');
  const result = await platform.run(process.execPath, [path.join(root, 'conformance/src/journey/sdk-journey.ts')], {
    input: await readFile(path.join(platform.data, 'admin.json'), 'utf8'),
  });
  expect(result.code, said(result)).toBe(0);
  expect(result.stdout).toContain('secret="Hello from a pod without credentials"');
});
