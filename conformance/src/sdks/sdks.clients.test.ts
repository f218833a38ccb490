import { execPath } from 'node:process';
import path from 'node:path';
import { readyCommand, root, sdkPrograms } from '@podpass/tools';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { approveDevice } from '../browser/approve-device.ts';
import { clientsAvailable } from '../platform/available.ts';
import { sdkEnvironment } from './environment.ts';
import { matrix } from './matrix.ts';
import { difference } from './difference.ts';
import { matrixRows, type MatrixRow } from './rows.ts';
import { runProgram, type RowResult } from './run-program.ts';
import { createWorld, type World } from './world.ts';

const typescript = [execPath, path.join(root, 'conformance/src/sdks/programs/typescript.ts')] as const;
const commands = {
  TypeScript: typescript,
  Python: await readyCommand(sdkPrograms.python),
  Go: await readyCommand(sdkPrograms.go),
  Java: await readyCommand(sdkPrograms.java),
};

const decided = new Map<string, MatrixRow['decision']>();

describe.skipIf(!clientsAvailable)('the SDKs of every language get tokens, and are refused, over the wire', () => {
  let world: World;
  beforeAll(async () => {
    world = await createWorld();
  });
  afterAll(() => world?.platform[Symbol.asyncDispose]());

  const task = (rows: readonly MatrixRow[]) => ({
    tenantId: world.platform.admin.tenantId,
    authority: 'https://login.microsoftonline.com',
    scope: 'https://vault.azure.net/.default',
    rows: rows.map(({ input }) => input),
  });

  describe.each(matrix)('$language: $library', ({ language, library, credentials }) => {
    const command = commands[language];
    const kind = library.includes('msal') ? 'msal' : 'identity';
    let rows: readonly MatrixRow[] = [];
    let results: ReadonlyMap<string, RowResult> = new Map();

    beforeAll(async () => {
      if (command === undefined) return;
      rows = matrixRows(world, kind);
      for (const { input, decision } of rows) decided.set(input.id, decision);
      const env = sdkEnvironment(world);
      const onDevice = (row: string, device: { uri: string; code: string }) =>
        approveDevice(world.edge, { ...device, user: world.user, decision: decided.get(row) ?? 'decline' });
      results = await runProgram({ command, env, task: task(rows), onDevice, seconds: 200 });
    });

    it.skipIf(command === undefined).each(credentials)('%s', (credential) => {
      const mine = rows.filter(({ input }) => input.credential === credential);
      expect(mine.length).toBeGreaterThan(0);
      const wrong = mine.flatMap((row) => difference(row, results.get(row.input.id) ?? {}, world.platform.admin.tenantId) ?? []);
      expect(wrong).toEqual([]);
    });
  });

  it('covers every row of the matrix: nothing is tested that is not listed, and the reverse', () => {
    for (const { library, credentials } of matrix) {
      const run = new Set(matrixRows(world, library.includes('msal') ? 'msal' : 'identity').map(({ input }) => input.credential));
      expect([...run].toSorted()).toEqual([...credentials].toSorted());
    }
  });
});
