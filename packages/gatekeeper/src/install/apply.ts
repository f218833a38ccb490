import { isObject, KernelError, type Json, type JsonObject } from '@podpass/kernel';
import { isKubeStatus, type KubeClient } from '@podpass/kube-client';
import { groups, paths } from '../wire.ts';

/** An object as it is to be, in JSON. */
export interface Manifest extends JsonObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: JsonObject & { readonly name: string; readonly namespace?: string };
}

const collections: Readonly<Record<string, string>> = {
  Namespace: 'namespaces',
  Service: 'services',
  Endpoints: 'endpoints',
  CustomResourceDefinition: 'customresourcedefinitions',
  ValidatingWebhookConfiguration: 'validatingwebhookconfigurations',
  ConstraintTemplate: 'constrainttemplates',
};
const attempts = 5;

const collectionOf = ({ apiVersion, kind, metadata }: Manifest): string => {
  if (apiVersion.startsWith(`${groups.constraints}/`)) return paths.constraints(kind.toLowerCase());
  const root = apiVersion === 'v1' ? '/api/v1' : `/apis/${apiVersion}`;
  const namespace = metadata.namespace === undefined ? '' : `/namespaces/${encodeURIComponent(metadata.namespace)}`;
  return `${root}${namespace}/${collections[kind] ?? kind.toLowerCase()}`;
};

const manifestPath = (manifest: Manifest): string => paths.item(collectionOf(manifest), manifest.metadata.name);

/** Whether everything that `wanted` says is so in `present`, which may say more: the API server adds defaults. */
export const covers = (present: Json, wanted: Json): boolean => {
  if (wanted === undefined) return true;
  if (Array.isArray(wanted))
    return (
      Array.isArray(present) &&
      present.length === wanted.length &&
      wanted.every((each: Json, index) => covers(present[index] as Json, each))
    );
  if (isObject(wanted))
    return isObject(present) && Object.entries(wanted).every(([key, each]) => covers((present as JsonObject)[key], each as Json));
  return present === wanted;
};

/** The manifest with what an update must repeat: the revision that it builds on, and a service's address. */
const onto = (manifest: Manifest, present: JsonObject): JsonObject => {
  const old = isObject(present['metadata']) ? (present['metadata'] as JsonObject) : {};
  const metadata = { ...old, ...manifest.metadata, resourceVersion: old['resourceVersion'] };
  if (manifest.kind !== 'Service' || !isObject(present['spec'])) return { ...manifest, metadata };
  const { clusterIP, clusterIPs } = present['spec'] as JsonObject;
  return { ...manifest, metadata, spec: { ...(manifest['spec'] as JsonObject), clusterIP, clusterIPs } };
};

const read = async (client: KubeClient, path: string): Promise<JsonObject | undefined> => {
  try {
    return await client.get(path);
  } catch (thrown) {
    if (isKubeStatus(thrown, 404)) return undefined;
    throw thrown;
  }
};

/** Makes the object what the manifest says; writes nothing when it is so already. Throws what the API server answers. */
export const applyManifest = async (client: KubeClient, manifest: Manifest): Promise<void> => {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const present = await read(client, manifestPath(manifest));
    // A namespace that exists keeps its labels: it may be shared.
    if (present !== undefined && (manifest.kind === 'Namespace' || covers(present, manifest))) return;
    try {
      if (present === undefined) await client.create(collectionOf(manifest), manifest);
      else await client.replace(manifestPath(manifest), onto(manifest, present));
      return;
    } catch (thrown) {
      if (!isKubeStatus(thrown, 409)) throw thrown;
    }
  }
  throw new KernelError('conflict', `${manifest.kind} ${manifest.metadata.name} could not be written: others keep changing it`);
};

/** Deletes an object; that it is gone already does not matter. */
export const deletePath = async (client: KubeClient, path: string): Promise<void> => {
  try {
    await client.delete(path);
  } catch (thrown) {
    if (!isKubeStatus(thrown, 404)) throw thrown;
  }
};
