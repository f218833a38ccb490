import { readdir, readFile, realpath, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline/promises';
import { isObject, parseJson } from '@podpass/kernel';
import type { CommandContext, Register } from '../context.ts';
import { exitCodeHelp, exitCodes } from '../exit-codes.ts';
import { CliFailure } from '../failure.ts';
import type { DataFolder } from '../platform/folder.ts';
import { findPlatform } from '../platform/run-state.ts';
import { stopServer } from '../platform/stop.ts';
import type { System } from '../system.ts';

export const resetCommand: Register = ({ program, handle, common }) => {
  common(program.command('reset'))
    .description('Stop the platform and delete everything in its data folder: clusters, vaults, identities, keys and passwords.')
    .option('-y, --yes', 'do not ask')
    .addHelpText('after', exitCodeHelp)
    .action(handle(reset));
};

const reset = async ({ system, folder, output, options }: CommandContext): Promise<number> => {
  const names = await readdir(folder.root).catch((): string[] => []);
  if (names.length === 0) {
    output.result({ reset: false, data: folder.root }, `Nothing to delete: ${folder.root} does not exist, or is empty.`);
    return exitCodes.ok;
  }
  await refuseForeign(folder);
  if (options['yes'] !== true && !(await confirmed(system, folder))) {
    output.result({ reset: false, data: folder.root }, 'Nothing was deleted.');
    return exitCodes.failed;
  }
  const platform = await findPlatform(folder);
  const stopped = platform ? await stopServer(folder, platform.run) : undefined;
  // The marker goes last: a deletion that was cut off can be taken up again.
  const marker = path.basename(folder.marker);
  const present = await readdir(folder.root);
  for (const name of [...present.filter((entry) => entry !== marker), marker]) {
    await rm(path.join(folder.root, name), { recursive: true, force: true });
  }
  output.result({ reset: true, stopped: stopped !== undefined, data: folder.root }, `Deleted the contents of ${folder.root}.`);
  return exitCodes.ok;
};

/** Only a folder that carries Podpass's mark is emptied, and never a home or a root, whatever it carries. */
const refuseForeign = async (folder: DataFolder): Promise<void> => {
  const real = await realpath(folder.root);
  const marker = parseJson(await readFile(folder.marker, 'utf8').catch(() => ''));
  const marked = isObject(marker) && typeof marker['layout'] === 'number';
  const home = await realpath(os.homedir()).catch(() => os.homedir());
  if (marked && real !== path.parse(real).root && real !== home) return;
  throw new CliFailure('data-foreign', `${folder.root} is not emptied.`, {
    why: marked ? 'It is a home or a root folder.' : 'It does not carry the mark (podpass.json) of a data folder of Podpass.',
    next: 'Check --data and PODPASS_DATA; if it is right, delete the folder by hand.',
  });
};

const confirmed = async (system: System, folder: DataFolder): Promise<boolean> => {
  if (!system.stdin.isTTY) {
    throw new CliFailure('confirmation-needed', 'Nothing was deleted.', {
      why: 'There is no terminal to ask at.',
      next: 'Add --yes.',
      exitCode: exitCodes.usage,
    });
  }
  const prompt = createInterface({ input: system.stdin, output: process.stderr });
  const answer = await prompt.question(`Delete everything in ${folder.root}? Type yes: `);
  prompt.close();
  return answer.trim().toLowerCase() === 'yes';
};
