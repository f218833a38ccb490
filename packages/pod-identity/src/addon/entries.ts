import { messageOf } from '@podpass/kernel';
import { isKubeStatus, readKubeObject, type KubeObject } from '@podpass/kube-client';
import { apiVersion, crdPath, kinds, type Manifest, type PodIdentityKind } from '../crds/index.ts';
import { applyObject, removeObject } from './apply-object.ts';
import { identityManifests, namespaceManifest, ourSelector, userExceptionManifest } from './manifests.ts';
import type { AddonFailure, AddonOptions, AddonProfile } from './types.ts';
import { managed } from './wire.ts';

/** One entry of a profile and the objects that it stands for. */
interface Entry {
  readonly name: string;
  readonly namespace: string;
  readonly manifests: readonly Manifest[];
}

const entriesOf = ({ identities, exceptions }: AddonProfile): readonly Entry[] => [
  ...identities.map((identity) => ({ name: identity.name, namespace: identity.namespace, manifests: identityManifests(identity) })),
  ...exceptions.map((exception) => ({
    name: exception.name,
    namespace: exception.namespace,
    manifests: [userExceptionManifest(exception)],
  })),
];

/** Runs `work`; what fails becomes a failure under the entry's name. */
const guarded = async ({ name, namespace }: { name: string; namespace: string }, work: () => Promise<void>): Promise<AddonFailure[]> => {
  try {
    await work();
    return [];
  } catch (thrown) {
    return [{ name, namespace, error: messageOf(thrown) }];
  }
};

const ensureNamespace = async ({ client, signal }: AddonOptions, name: string): Promise<void> => {
  try {
    await client.create('/api/v1/namespaces', namespaceManifest(name), signal);
  } catch (thrown) {
    if (!isKubeStatus(thrown, 409)) throw thrown;
  }
};

const entryKinds: readonly PodIdentityKind[] = ['binding', 'identity', 'exception'];
const keyOf = (kind: string, namespace: string | undefined, name: string): string => `${kind}/${namespace ?? ''}/${name}`;

/** Everything of one kind that carries our mark. A kind that is not served has none. */
const listOurs = async ({ client, signal }: AddonOptions, kind: PodIdentityKind): Promise<readonly KubeObject[]> => {
  try {
    const list = await client.get(`${crdPath(kind)}?labelSelector=${encodeURIComponent(ourSelector)}`, signal);
    return (Array.isArray(list['items']) ? list['items'] : [])
      .map((item: unknown) => readKubeObject(item))
      .filter((item) => item !== undefined);
  } catch (thrown) {
    if (isKubeStatus(thrown, 404)) return [];
    throw thrown;
  }
};

/** Removes our objects that no entry stands for (any more): bindings first, so that nothing is bound to what is gone. */
const prune = async (options: AddonOptions, wanted: ReadonlySet<string>): Promise<AddonFailure[]> => {
  const failures: AddonFailure[] = [];
  for (const kind of entryKinds) {
    for (const { metadata } of await listOurs(options, kind)) {
      const { name, namespace = '' } = metadata;
      if (wanted.has(keyOf(kinds[kind].kind, namespace, name))) continue;
      const manifest: Manifest = { apiVersion, kind: kinds[kind].kind, metadata: { name, namespace } };
      failures.push(...(await guarded({ name, namespace }, () => removeObject(options, manifest))));
    }
  }
  return failures;
};

/** Entries that are applied at the same time. */
const width = 8;

/**
 * Brings the objects of a profile's entries to what it says. Entries that fail are returned; they stop nobody else. An
 * object that users made under an entry's name stays theirs: the entry fails.
 */
export const applyEntries = async (options: AddonOptions, profile: AddonProfile): Promise<AddonFailure[]> => {
  const entries = entriesOf(profile);
  const wanted = new Set(entries.flatMap(({ manifests }) => manifests.map((m) => keyOf(m.kind, m.metadata.namespace, m.metadata.name))));
  wanted.add(keyOf(kinds.exception.kind, managed.namespace, managed.exception));
  const failures = await prune(options, wanted);
  const queue = entries.values();
  const work = async (): Promise<void> => {
    for (const entry of queue)
      failures.push(
        ...(await guarded(entry, async () => {
          await ensureNamespace(options, entry.namespace);
          for (const manifest of entry.manifests) await applyObject(options, manifest, { onlyOurs: true });
        })),
      );
  };
  await Promise.all(Array.from({ length: width }, work));
  return failures;
};

/** Removes the objects of all entries, whatever made them ours. */
export const removeEntries = (options: AddonOptions): Promise<AddonFailure[]> => prune(options, new Set());
