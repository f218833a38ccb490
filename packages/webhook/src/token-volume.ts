import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { isObject } from '@podpass/kernel';
import type { WebhookConfig } from './config.ts';
import type { Container, Pod } from './decode-pod.ts';
import { pointer, type JsonPatchOperation } from './json-patch.ts';
import { layouts, volumeHashLength, volumeNamePrefix } from './wire.ts';

/** The volume's name: the same for every review of a pod, whether its name is known yet or only its prefix. */
export const volumeNameOf = (pod: Pod, config: WebhookConfig): string => {
  const fixed = layouts[config.layout].volumeName;
  if (fixed !== undefined) return fixed;
  const podName = pod.metadata?.name || `${pod.metadata?.generateName ?? ''} (prefix)`;
  return volumeNamePrefix + createHash('sha256').update(podName).digest('hex').slice(0, volumeHashLength);
};

/** Mode that the API server writes into projected volumes that have none. */
const defaultedMode = 420;

const withoutDefaults = (volume: Readonly<Record<string, unknown>>): unknown => {
  const { projected, ...rest } = volume;
  if (!isObject(projected) || projected['defaultMode'] !== defaultedMode) return volume;
  const { defaultMode: _, ...others } = projected;
  return { ...rest, projected: others };
};

/** Whether any volume projects a token to this path: older releases then leave the volumes alone. */
const projectsToken = (volume: Readonly<Record<string, unknown>>, path: string): boolean => {
  const { projected } = volume;
  const sources: unknown = isObject(projected) ? projected['sources'] : undefined;
  return (
    Array.isArray(sources) &&
    sources.some((source) => isObject(source) && isObject(source['serviceAccountToken']) && source['serviceAccountToken']['path'] === path)
  );
};

/** Adds the projected token, or replaces a volume of its name. */
export const volumePatch = (pod: Pod, config: WebhookConfig, token: { name: string; expiration: number }): JsonPatchOperation[] => {
  const { tokenPath, volumeName } = layouts[config.layout];
  const serviceAccountToken = { audience: config.audience, expirationSeconds: token.expiration, path: tokenPath };
  const volume = { name: token.name, projected: { sources: [{ serviceAccountToken }] } };
  const volumes = pod.spec.volumes ?? undefined;
  if (volumes === undefined) return [{ op: 'add', path: pointer('spec', 'volumes'), value: [volume] }];
  if (volumeName !== undefined && volumes.some((present) => projectsToken(present, tokenPath))) return [];
  const index = volumes.findIndex((present) => present['name'] === token.name);
  const present = volumes[index];
  if (present === undefined) return [{ op: 'add', path: pointer('spec', 'volumes', '-'), value: volume }];
  if (isDeepStrictEqual(withoutDefaults(present), volume)) return [];
  return [{ op: 'replace', path: pointer('spec', 'volumes', index), value: volume }];
};

/** Mounts the token into one container, or replaces its mount. */
export const mountPatch = (
  container: Container,
  at: readonly (string | number)[],
  mount: { name: string; config: WebhookConfig },
): JsonPatchOperation[] => {
  const { mountPath, volumeName } = layouts[mount.config.layout];
  const value = { name: mount.name, mountPath, readOnly: true };
  const mounts = container.volumeMounts ?? undefined;
  if (mounts === undefined) return [{ op: 'add', path: pointer(...at, 'volumeMounts'), value: [value] }];
  const index = mounts.findIndex((present) => present['name'] === mount.name);
  if (index === -1) return [{ op: 'add', path: pointer(...at, 'volumeMounts', '-'), value }];
  if (volumeName !== undefined || isDeepStrictEqual({ ...mounts[index] }, value)) return [];
  return [{ op: 'replace', path: pointer(...at, 'volumeMounts', index), value }];
};
