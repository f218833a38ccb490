import { isDeepStrictEqual } from 'node:util';
import { isObject, KernelError, type JsonObject } from '@podpass/kernel';
import { isKubeStatus, pause } from '@podpass/kube-client';
import type { Manifest } from '../crds/index.ts';
import { managed } from './wire.ts';
import { collectionPath, objectPath } from './paths.ts';
import type { AddonOptions } from './types.ts';

/** Attempts to write an object that others write too, and to wait for one that is on its way out. */
const attempts = 8;
const firstPause = 25;

/** Whether `present` holds everything of `wanted`; what the server adds does not matter. */
const covers = (present: unknown, wanted: unknown): boolean => {
  if (isObject(wanted))
    return isObject(present) && Object.entries(wanted).every(([name, value]) => value === undefined || covers(present[name], value));
  if (Array.isArray(wanted))
    return Array.isArray(present) && present.length === wanted.length && wanted.every((item, index) => covers(present[index], item));
  return isDeepStrictEqual(present, wanted);
};

const labelOf = (object: JsonObject, label: string): unknown => {
  const metadata = isObject(object['metadata']) ? object['metadata'] : {};
  return isObject(metadata['labels']) ? metadata['labels'][label] : undefined;
};

/** Whether an object in the cluster carries our mark. */
const isOurs = (object: JsonObject): boolean => labelOf(object, managed.ownerLabel) === managed.ownerValue;

/** The manifest on top of what is there: labels and annotations of others stay, everything else is ours. */
const onto = (wanted: Manifest, present: JsonObject): JsonObject => {
  const before = isObject(present['metadata']) ? present['metadata'] : {};
  const merged = (member: 'labels' | 'annotations') => ({
    ...(isObject(before[member]) ? (before[member] as JsonObject) : {}),
    ...(isObject(wanted.metadata[member]) ? (wanted.metadata[member] as JsonObject) : {}),
  });
  return {
    ...wanted,
    metadata: {
      ...(before as JsonObject),
      ...wanted.metadata,
      labels: merged('labels'),
      annotations: merged('annotations'),
    },
    ...(present['status'] === undefined ? {} : { status: present['status'] }),
  };
};

export interface ApplyRules {
  /** Whether an object that is there without our mark is left alone and refused, instead of taken over. */
  readonly onlyOurs?: boolean;
}

/**
 * Creates the object or brings it to what the manifest says; nothing is written when it says so already. Throws
 * KernelError `conflict` when it belongs to somebody else (with `onlyOurs`) or keeps changing, and what the client throws.
 */
export const applyObject = async (
  { client, signal }: AddonOptions,
  wanted: Manifest,
  { onlyOurs = false }: ApplyRules = {},
): Promise<void> => {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    if (attempt > 0) await pause(firstPause * 2 ** (attempt - 1), signal ?? new AbortController().signal);
    try {
      const present = await client.get(objectPath(wanted), signal).catch((thrown: unknown) => {
        if (isKubeStatus(thrown, 404)) return undefined;
        throw thrown;
      });
      if (present === undefined) {
        await client.create(collectionPath(wanted), wanted, signal);
        return;
      }
      if (onlyOurs && !isOurs(present))
        throw new KernelError('conflict', `${wanted.kind} ${wanted.metadata.name} exists and is not managed by the add-on`);
      const leaving = isObject(present['metadata']) && typeof present['metadata']['deletionTimestamp'] === 'string';
      if (leaving) continue;
      if (covers(present, wanted)) return;
      await client.replace(objectPath(wanted), onto(wanted, present), signal);
      return;
    } catch (thrown) {
      if (!isKubeStatus(thrown, 409)) throw thrown;
    }
  }
  throw new KernelError('conflict', `${wanted.kind} ${wanted.metadata.name} could not be applied: it keeps changing or is being deleted`);
};

/** Deletes the object; gone is as good. With `onlyOurs`, one without our mark stays. */
export const removeObject = async (
  { client, signal }: AddonOptions,
  manifest: Manifest,
  { onlyOurs = true }: ApplyRules = {},
): Promise<void> => {
  try {
    if (onlyOurs && !isOurs(await client.get(objectPath(manifest), signal))) return;
    await client.delete(objectPath(manifest), { propagationPolicy: 'Background' }, signal);
  } catch (thrown) {
    if (!isKubeStatus(thrown, 404)) throw thrown;
  }
};
