import { createHash } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { root, toolsFolder } from '../paths.ts';
import { withProgress } from '../progress.ts';
import { run } from '../run.ts';
import { which } from '../clients/which.ts';

/** How one language's program of the SDK matrix is made ready and run. */
export interface SdkProgram {
  readonly language: 'Python' | 'Go' | 'Java';
  /** Programs of the machine that it cannot do without, by name. */
  readonly needs: readonly string[];
  /** Its sources below `conformance/sdks`; a change of one of them makes it anew. */
  readonly sources: readonly string[];
  /** Commands that make it, run in its source folder. `folder` is where the result goes. */
  build(folder: string): readonly (readonly [command: string, args: readonly string[], env?: Readonly<Record<string, string>>])[];
  /** The command that runs it. */
  command(folder: string): readonly [string, ...string[]];
}

const stampOf = async (program: SdkProgram, source: string): Promise<string> => {
  const hash = createHash('sha256');
  for (const file of program.sources) hash.update(await readFile(path.join(source, file)));
  return hash.digest('hex');
};

const folderOf = ({ language }: SdkProgram): string => path.join(toolsFolder, 'sdks', language.toLowerCase());

/** The command of a program that is ready; undefined when it is not, and its suite is skipped. */
export const readyCommand = async (program: SdkProgram): Promise<readonly [string, ...string[]] | undefined> => {
  const folder = folderOf(program);
  const ready = await readFile(path.join(folder, 'stamp'), 'utf8').catch(() => undefined);
  return ready === undefined ? undefined : program.command(folder);
};

/** Makes a program with its own dependencies. Returns undefined, or in words why it cannot be had. */
export const ensureProgram = async (program: SdkProgram): Promise<string | undefined> => {
  const folder = folderOf(program);
  const source = path.join(root, 'conformance/sdks', program.language.toLowerCase());
  const stamp = await stampOf(program, source);
  const present = await readFile(path.join(folder, 'stamp'), 'utf8').catch(() => undefined);
  if (present === stamp) return undefined;
  await rm(folder, { recursive: true, force: true });
  for (const name of program.needs) if ((await which(name)).length === 0) return `${name} is not installed`;
  await mkdir(folder, { recursive: true });
  const failure = await withProgress(`Building the ${program.language} program of the SDK matrix (once)`, async () => {
    for (const [command, args, env] of program.build(folder)) {
      const result = await run(command, args, { cwd: source, timeout: 600_000, env: { ...process.env, ...env } });
      if (result.code !== 0) return `${command}: ${`${result.stderr}\n${result.stdout}`.trim().split('\n').slice(-3).join(' ')}`;
    }
    return undefined;
  });
  if (failure === undefined) await writeFile(path.join(folder, 'stamp'), stamp);
  return failure;
};
