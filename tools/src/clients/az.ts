import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { isObject } from '@podpass/kernel';
import { toolsFolder } from '../paths.ts';
import { withProgress } from '../progress.ts';
import { run } from '../run.ts';
import { linkTool } from './link.ts';
import { compareVersions } from './version.ts';
import { which } from './which.ts';

/** The oldest Azure CLI that the workload identity article allows. */
export const oldestAz = '2.47.0';

const versionOf = async (az: string): Promise<string | undefined> => {
  const { code, stdout } = await run(az, ['version', '--output', 'json'], {
    env: { ...process.env, AZURE_CORE_COLLECT_TELEMETRY: 'false', AZURE_CONFIG_DIR: path.join(toolsFolder, 'az-probe') },
    timeout: 60_000,
  });
  if (code !== 0) return undefined;
  try {
    const answer: unknown = JSON.parse(stdout);
    const version = isObject(answer) ? answer['azure-cli'] : undefined;
    return typeof version === 'string' ? version : undefined;
  } catch {
    return undefined;
  }
};

const newEnough = async (az: string): Promise<string | undefined> => {
  const version = await versionOf(az);
  return version !== undefined && compareVersions(version, oldestAz) >= 0 ? version : undefined;
};

const install = async (folder: string): Promise<string | undefined> => {
  await rm(folder, { recursive: true, force: true });
  await mkdir(path.dirname(folder), { recursive: true });
  const [python] = [...(await which('python3')), ...(await which('python'))];
  if (python === undefined) return undefined;
  const steps: [string, string[]][] = [
    [python, ['-m', 'venv', folder]],
    [path.join(folder, 'bin', 'pip'), ['install', '--quiet', '--disable-pip-version-check', 'azure-cli']],
  ];
  for (const [command, args] of steps) {
    const result = await run(command, args, { timeout: 900_000 });
    if (result.code !== 0) {
      process.stderr.write(`  could not install azure-cli: ${result.stderr.trim().split('\n').at(-1) ?? 'no reason given'}\n`);
      return undefined;
    }
  }
  return newEnough(path.join(folder, 'bin', 'az'));
};

/**
 * Provides the Azure CLI: one on PATH that is new enough, else one installed from the Python package index into a
 * virtual environment of the repository's own. Returns its version, or undefined when it cannot be had.
 */
export const ensureAz = async (): Promise<string | undefined> => {
  const folder = path.join(toolsFolder, 'az');
  const own = path.join(folder, 'bin', 'az');
  for (const az of [...(await which('az')), own]) {
    const version = await newEnough(az);
    if (version === undefined) continue;
    await linkTool('az', az);
    return version;
  }
  const version = await withProgress('Installing the Azure CLI into a virtual environment of this repository (a few minutes, once)', () =>
    install(folder),
  );
  if (version !== undefined) await linkTool('az', own);
  return version;
};
