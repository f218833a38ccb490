import { namespaceOf, type Container, type DownwardItem, type NamedSource, type Pod, type Projection, type Volume } from '../api/types.ts';
import { fieldValue, resourceValue } from '../env/downward.ts';
import { ConfigError, missing, type DataSource } from '../env/sources.ts';
import { mount } from '../wire.ts';
import type { TokenSource } from './token.ts';
import type { Payload, VolumeFile } from './writer.ts';

/** 0644, the default of every file source. */
const defaultMode = 0o644;

export interface PayloadOptions {
  readonly pod: Pod;
  readonly data: DataSource;
  readonly tokens: TokenSource;
}

type Files = [string, VolumeFile][];

const named = async (
  { pod, data }: PayloadOptions,
  kind: 'configMap' | 'secret',
  source: NamedSource & { mode: number },
): Promise<Files> => {
  const name = source.secretName ?? source.name ?? '';
  const values = await data[kind](namespaceOf(pod), name);
  if (values === undefined) {
    if (source.optional === true) return [];
    throw missing(kind === 'secret' ? 'secret' : 'configmap', name);
  }
  if (source.items === undefined) return [...values].map(([key, content]) => [key, { content, mode: source.mode }]);
  return source.items.flatMap(({ key, path, mode }): Files => {
    const content = values.get(key);
    if (content !== undefined) return [[path, { content, mode: mode ?? source.mode }]];
    if (source.optional === true) return [];
    throw new ConfigError(`references non-existent ${kind === 'secret' ? 'secret' : 'config'} key: ${key}`);
  });
};

const containerOf = (pod: Pod, name: string | undefined): Container | undefined =>
  [...pod.spec.containers, ...(pod.spec.initContainers ?? [])].find((container) => container.name === name);

const downward = ({ pod }: PayloadOptions, items: readonly DownwardItem[], mode: number): Files =>
  items.map((item) => {
    const container = containerOf(pod, item.resourceFieldRef?.containerName);
    const value =
      item.fieldRef === undefined
        ? item.resourceFieldRef && container && resourceValue(container, item.resourceFieldRef)
        : fieldValue(pod, item.fieldRef.fieldPath);
    if (value === undefined) throw new ConfigError(`the source of the downward API file ${item.path} is not supported`);
    return [item.path, { content: Buffer.from(value), mode: item.mode ?? mode }];
  });

const projection = async (options: PayloadOptions, source: Projection, mode: number): Promise<Files> => {
  const { serviceAccountToken, configMap, secret, downwardAPI, ...others } = source;
  if (serviceAccountToken !== undefined) {
    return [[serviceAccountToken.path, { content: Buffer.from(await options.tokens.get(serviceAccountToken)), mode }]];
  }
  if (configMap !== undefined) return named(options, 'configMap', { ...configMap, mode });
  if (secret !== undefined) return named(options, 'secret', { ...secret, mode });
  if (downwardAPI !== undefined) return downward(options, downwardAPI.items ?? [], mode);
  throw new ConfigError(`projected volume source ${Object.keys(others).join(', ') || 'without a type'} is not supported`);
};

/** The types that every runtime can prepare. */
export const isSupported = ({ name: _name, ...source }: Volume): boolean =>
  Object.keys(source).every((type) => ['projected', 'configMap', 'secret', 'downwardAPI', 'emptyDir'].includes(type));

/** The files of a volume, fetched now; undefined for `emptyDir`, which has none. Throws ConfigError. */
export const volumePayload = async (options: PayloadOptions, volume: Volume): Promise<Payload | undefined> => {
  const { projected, configMap, secret, downwardAPI } = volume;
  if (!isSupported(volume))
    throw new ConfigError(
      `volume type ${Object.keys(volume).find((type) => type !== 'name') ?? 'unknown'} is not supported by this kubelet`,
    );
  const files: Files = [];
  if (projected !== undefined) {
    for (const source of projected.sources ?? []) files.push(...(await projection(options, source, projected.defaultMode ?? defaultMode)));
  } else if (configMap !== undefined)
    files.push(...(await named(options, 'configMap', { ...configMap, mode: configMap.defaultMode ?? defaultMode })));
  else if (secret !== undefined) files.push(...(await named(options, 'secret', { ...secret, mode: secret.defaultMode ?? defaultMode })));
  else if (downwardAPI !== undefined) files.push(...downward(options, downwardAPI.items ?? [], downwardAPI.defaultMode ?? defaultMode));
  else return undefined;
  const size = files.reduce((sum, [, { content }]) => sum + content.length, 0);
  if (size > mount.volumeBytes) throw new ConfigError(`the files of the volume exceed ${String(mount.volumeBytes)} bytes`);
  return new Map(files);
};
