import { isObject, KernelError, type Json, type JsonObject } from '@podpass/kernel';
import { isKubeStatus, type KubeClient } from '@podpass/kube-client';
import { connect, unexpected, type ApiConnection } from './kubernetes-api.ts';
import { webhookManifests, type Manifest, type ManifestOptions } from './manifests.ts';

export type InstallOptions = ApiConnection & ManifestOptions;

const collections: Readonly<Record<string, string>> = {
  Namespace: 'namespaces',
  ServiceAccount: 'serviceaccounts',
  Service: 'services',
  Endpoints: 'endpoints',
  ClusterRole: 'clusterroles',
  ClusterRoleBinding: 'clusterrolebindings',
  MutatingWebhookConfiguration: 'mutatingwebhookconfigurations',
};

const collectionPath = ({ apiVersion, kind, metadata }: Manifest): string => {
  const root = apiVersion === 'v1' ? '/api/v1' : `/apis/${apiVersion}`;
  const namespace = metadata.namespace === undefined ? '' : `/namespaces/${encodeURIComponent(metadata.namespace)}`;
  return `${root}${namespace}/${collections[kind] ?? kind.toLowerCase()}`;
};
const objectPath = (manifest: Manifest): string => `${collectionPath(manifest)}/${encodeURIComponent(manifest.metadata.name)}`;

/** Attempts to write an object that others write too. */
const maxAttempts = 5;

const member = (object: Json, name: string): Json => (isObject(object) ? (object as JsonObject)[name] : undefined);

/** The manifest with what an update must repeat: the revision it builds on and a service's address. */
const onto = (manifest: Manifest, present: JsonObject): JsonObject => {
  const metadata = { ...manifest.metadata, resourceVersion: member(present['metadata'], 'resourceVersion') };
  if (manifest.kind !== 'Service') return { ...manifest, metadata };
  const spec = present['spec'];
  const address = { clusterIP: member(spec, 'clusterIP'), clusterIPs: member(spec, 'clusterIPs') };
  return { ...manifest, metadata, spec: { ...Object(manifest['spec']), ...address } };
};

/** Whether the write happened; false when the server said that it conflicts with what is there. */
const unlessConflict = async (write: Promise<JsonObject>): Promise<boolean> => {
  try {
    await write;
    return true;
  } catch (thrown) {
    if (isKubeStatus(thrown, 409)) return false;
    throw thrown;
  }
};

const write = async (client: KubeClient, manifest: Manifest): Promise<boolean> => {
  if (await unlessConflict(client.create(collectionPath(manifest), manifest))) return true;
  // An existing namespace keeps its labels: it may be shared.
  if (manifest.kind === 'Namespace') return true;
  for (let attempt = 0; attempt < maxAttempts; attempt++) {
    const present = await client.get(objectPath(manifest));
    if (await unlessConflict(client.replace(objectPath(manifest), onto(manifest, present)))) return true;
  }
  return false;
};

const apply = async (client: KubeClient, manifest: Manifest): Promise<void> => {
  const what = `applying ${manifest.kind} ${manifest.metadata.name}`;
  const written = await write(client, manifest).catch((thrown: unknown) => {
    throw unexpected(what, thrown);
  });
  if (!written) throw new KernelError('conflict', `${what} failed: others keep changing it`);
};

/**
 * Puts the webhook's objects into a cluster, creating or updating each. Throws KernelError `unavailable` with the API
 * server's message when it refuses one, and what the connection throws.
 */
export const installWebhook = async (options: InstallOptions): Promise<void> => {
  const client = connect(options);
  const manifests = webhookManifests(options);
  const first = manifests.filter(({ kind }) => kind === 'Namespace');
  const last = manifests.filter(({ kind }) => kind === 'MutatingWebhookConfiguration');
  for (const manifest of first) await apply(client, manifest);
  await Promise.all(
    manifests.filter((manifest) => !first.includes(manifest) && !last.includes(manifest)).map((manifest) => apply(client, manifest)),
  );
  // Only now, with everything behind it in place, may pods be sent to the webhook.
  for (const manifest of last) await apply(client, manifest);
};

/**
 * Removes the webhook's objects, the configuration first so that pods are admitted again; what is already gone does not
 * matter. The namespace stays: it may hold other things.
 */
export const uninstallWebhook = async (options: InstallOptions): Promise<void> => {
  const client = connect(options);
  for (const manifest of webhookManifests(options).toReversed()) {
    if (manifest.kind === 'Namespace') continue;
    await client.delete(objectPath(manifest)).catch((thrown: unknown) => {
      if (!isKubeStatus(thrown, 404)) throw unexpected(`deleting ${manifest.kind} ${manifest.metadata.name}`, thrown);
    });
  }
};
