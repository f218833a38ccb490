import { messageOf } from '@podpass/kernel';
import { isKubeStatus, pause } from '@podpass/kube-client';
import { applyObject, removeObject } from './apply-object.ts';
import { applyEntries, removeEntries } from './entries.ts';
import { addonManifests } from './manifests.ts';
import type { AddonFailure, AddonOptions, AddonProfile } from './types.ts';
import type { Manifest } from '../crds/index.ts';

/** A new definition is served a moment after it was written. */
const servedAttempts = 8;
const servedPause = 25;

const applyServed = async (options: AddonOptions, manifest: Manifest): Promise<void> => {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await applyObject(options, manifest);
      return;
    } catch (thrown) {
      if (!isKubeStatus(thrown, 404) || attempt === servedAttempts) throw thrown;
    }
    await pause(servedPause * 2 ** attempt, options.signal ?? new AbortController().signal);
  }
};

/**
 * Brings managed mode into a cluster: definitions, NMI with its rights, the add-on's own exception, and one identity with
 * its binding for each entry. Can be repeated at any time, also after it was cut off in the middle. Returns the entries
 * that could not be applied. Rejects when the add-on itself cannot be, with what the client throws.
 */
export const applyAddon = async ({ profile, ...options }: AddonOptions & { readonly profile: AddonProfile }): Promise<AddonFailure[]> => {
  for (const manifest of addonManifests(profile)) await applyServed(options, manifest);
  return applyEntries(options, profile);
};

/**
 * Takes managed mode out: NMI first, then our entries. What users made stays, and with it the definitions: removing them
 * would remove the users' objects. Returns what could not be removed.
 */
export const removeAddon = async (options: AddonOptions): Promise<AddonFailure[]> => {
  const failures: AddonFailure[] = [];
  for (const manifest of addonManifests({ allowKubenet: false }).toReversed()) {
    if (manifest.kind === 'CustomResourceDefinition' || manifest.kind === 'AzurePodIdentityException') continue;
    try {
      await removeObject(options, manifest);
    } catch (thrown) {
      failures.push({ name: manifest.metadata.name, namespace: manifest.metadata.namespace ?? '', error: messageOf(thrown) });
    }
  }
  try {
    failures.push(...(await removeEntries(options)));
  } catch (thrown) {
    failures.push({ name: 'entries', namespace: '', error: messageOf(thrown) });
  }
  return failures;
};
