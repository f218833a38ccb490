import { isObject, KernelError } from '@podpass/kernel';
import { createKubernetesApi, unexpected, type ApiConnection, type KubernetesApi } from './kubernetes-api.ts';
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

const member = (object: unknown, name: string): unknown => (isObject(object) ? object[name] : undefined);

/** The manifest with what an update must repeat: the revision it builds on and a service's address. */
const onto = (manifest: Manifest, present: Record<string, unknown>): object => {
  const metadata = { ...manifest.metadata, resourceVersion: member(present['metadata'], 'resourceVersion') };
  if (manifest.kind !== 'Service') return { ...manifest, metadata };
  const spec = present['spec'];
  const address = { clusterIP: member(spec, 'clusterIP'), clusterIPs: member(spec, 'clusterIPs') };
  return { ...manifest, metadata, spec: { ...Object(manifest['spec']), ...address } };
};

const apply = async (api: KubernetesApi, manifest: Manifest): Promise<void> => {
  const what = `applying ${manifest.kind} ${manifest.metadata.name}`;
  const created = await api.call('POST', collectionPath(manifest), manifest);
  if (created.status === 201) return;
  if (created.status !== 409) throw unexpected(what, created);
  // An existing namespace keeps its labels: it may be shared.
  if (manifest.kind === 'Namespace') return;
  for (let attempt = 0; attempt < maxAttempts; attempt++) {
    const present = await api.call('GET', objectPath(manifest));
    if (present.status !== 200) throw unexpected(what, present);
    const written = await api.call('PUT', objectPath(manifest), onto(manifest, present.body));
    if (written.status === 200) return;
    if (written.status !== 409) throw unexpected(what, written);
  }
  throw new KernelError('conflict', `${what} failed: others keep changing it`);
};

/**
 * Puts the webhook's objects into a cluster, creating or updating each. Throws KernelError `unavailable` with the API
 * server's message when it refuses one, and what the connection throws.
 */
export const installWebhook = async (options: InstallOptions): Promise<void> => {
  const api = createKubernetesApi(options);
  const manifests = webhookManifests(options);
  const first = manifests.filter(({ kind }) => kind === 'Namespace');
  const last = manifests.filter(({ kind }) => kind === 'MutatingWebhookConfiguration');
  for (const manifest of first) await apply(api, manifest);
  await Promise.all(
    manifests.filter((manifest) => !first.includes(manifest) && !last.includes(manifest)).map((manifest) => apply(api, manifest)),
  );
  // Only now, with everything behind it in place, may pods be sent to the webhook.
  for (const manifest of last) await apply(api, manifest);
};

/**
 * Removes the webhook's objects, the configuration first so that pods are admitted again; what is already gone does not
 * matter. The namespace stays: it may hold other things.
 */
export const uninstallWebhook = async (options: InstallOptions): Promise<void> => {
  const api = createKubernetesApi(options);
  for (const manifest of webhookManifests(options).toReversed()) {
    if (manifest.kind === 'Namespace') continue;
    const answer = await api.call('DELETE', objectPath(manifest));
    if (![200, 202, 404].includes(answer.status)) throw unexpected(`deleting ${manifest.kind} ${manifest.metadata.name}`, answer);
  }
};
