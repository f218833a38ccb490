import { isObject, type JsonObject } from '@podpass/kernel';
import { isKubeStatus, readKubeObject, type KubeClient, type KubeObject } from '@podpass/kube-client';
import type { PodIdentityMetrics } from '@podpass/telemetry';
import {
  apiVersion,
  assignedFinalizer,
  crdPath,
  kinds,
  nodeLabel,
  podUidAnnotation,
  readAssigned,
  type AssignedStatus,
  type AzureAssignedIdentity,
} from '../../crds/index.ts';
import type { AssignedStore } from '../state/assigned-store.ts';
import type { Wanted } from '../state/desired.ts';
import { isLeaving } from '../state/match.ts';
import { operations } from '../wire.ts';

/** Writes assigned identities. What the API server answers goes into the store at once. */
export interface AssignedApi {
  /** Makes the object, or makes an existing one of the name say what is wanted. `status` is what it is to show afterwards. */
  write(wanted: Wanted, present: AzureAssignedIdentity | undefined, status: AssignedStatus): Promise<void>;
  setStatus(assigned: AzureAssignedIdentity, status: AssignedStatus): Promise<void>;
  /** Deletes the object and takes our finalizer away. */
  remove(assigned: AzureAssignedIdentity): Promise<void>;
}

/** A copy of an object for embedding: what identifies it and its state, without what only the server needs. */
const copyOf = (kind: 'identity' | 'binding', { metadata, spec }: KubeObject): JsonObject => ({
  apiVersion,
  kind: kinds[kind].kind,
  metadata: {
    name: metadata.name,
    ...(metadata.namespace === undefined ? {} : { namespace: metadata.namespace }),
    uid: metadata.uid,
    resourceVersion: metadata.resourceVersion,
    ...(metadata['annotations'] === undefined ? {} : { annotations: metadata['annotations'] }),
  },
  spec: spec ?? {},
});

const bodyOf = (wanted: Wanted, metadata: JsonObject, status: AssignedStatus): JsonObject => ({
  apiVersion,
  kind: kinds.assigned.kind,
  metadata,
  spec: {
    azureIdentityRef: copyOf('identity', wanted.identity.object),
    azureBindingRef: copyOf('binding', wanted.binding.object),
    pod: wanted.pod.name,
    podNamespace: wanted.pod.namespace,
    nodename: wanted.pod.node,
  },
  status: { availableReplicas: 1, status },
});

/** A node's name is a label's value only when it is short enough; NMI then filters by it. */
const labelsOf = (node: string): JsonObject => (node.length <= 63 ? { [nodeLabel]: node } : {});

const finalizersOf = ({ metadata }: KubeObject): readonly string[] =>
  Array.isArray(metadata['finalizers']) ? metadata['finalizers'].filter((name): name is string => typeof name === 'string') : [];

export const createAssignedApi = (options: {
  client: KubeClient;
  store: AssignedStore;
  metrics: PodIdentityMetrics;
  signal: AbortSignal;
}): AssignedApi => {
  const { client, store, metrics, signal } = options;

  const counted = async <T>(operation: string, work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (thrown) {
      metrics.kubernetesApiOperationErrors.increment({ operation_type: operation });
      throw thrown;
    }
  };
  const keep = (answer: JsonObject): void => {
    const object = readKubeObject(answer);
    if (object !== undefined) store.put(object);
  };
  const fresh = async (namespace: string, name: string): Promise<AzureAssignedIdentity | undefined> => {
    const answer = await client.get(crdPath('assigned', namespace, name), signal);
    keep(answer);
    return readAssigned(answer).value;
  };
  const measured = (histogram: PodIdentityMetrics['assignedIdentityAdditionDuration'], begun: number): void =>
    histogram.observe((performance.now() - begun) / 1_000);

  const create = async (wanted: Wanted, status: AssignedStatus): Promise<boolean> => {
    const { namespace, name } = wanted;
    const metadata = {
      name,
      namespace,
      labels: labelsOf(wanted.pod.node),
      annotations: { [podUidAnnotation]: wanted.pod.uid },
      finalizers: [assignedFinalizer],
    };
    const begun = performance.now();
    try {
      keep(await client.create(crdPath('assigned', namespace), bodyOf(wanted, metadata, status), signal));
    } catch (thrown) {
      if (isKubeStatus(thrown, 409)) return false;
      throw thrown;
    }
    metrics.assignedIdentityAdditions.increment();
    measured(metrics.assignedIdentityAdditionDuration, begun);
    return true;
  };
  const replace = async (wanted: Wanted, present: AzureAssignedIdentity, status: AssignedStatus): Promise<void> => {
    const { metadata } = present.object;
    const body = bodyOf(
      wanted,
      {
        ...metadata,
        labels: labelsOf(wanted.pod.node),
        annotations: { ...(isObject(metadata['annotations']) ? metadata['annotations'] : {}), [podUidAnnotation]: wanted.pod.uid },
        finalizers: [...new Set([...finalizersOf(present.object), assignedFinalizer])],
      },
      status,
    );
    const begun = performance.now();
    keep(await client.replace(crdPath('assigned', present.namespace, present.name), body, signal));
    metrics.assignedIdentityUpdates.increment();
    measured(metrics.assignedIdentityUpdateDuration, begun);
  };

  return {
    write: (wanted, present, status) =>
      counted(present === undefined ? operations.addition : operations.update, async () => {
        if (present === undefined && (await create(wanted, status))) return;
        const base = present ?? (await fresh(wanted.namespace, wanted.name));
        if (base === undefined) throw new Error('the object of that name cannot be read');
        try {
          await replace(wanted, base, status);
        } catch (thrown) {
          if (!isKubeStatus(thrown, 409)) throw thrown;
          const newer = await fresh(wanted.namespace, wanted.name);
          if (newer === undefined) throw thrown;
          await replace(wanted, newer, status);
        }
      }),
    setStatus: (assigned, status) =>
      counted(operations.status, async () => {
        const { uid, namespace, name } = assigned;
        const patch = [
          { op: 'test', path: '/metadata/uid', value: uid },
          { op: 'add', path: '/status', value: { availableReplicas: 1, status } },
        ];
        try {
          keep(await client.patch(crdPath('assigned', namespace, name), patch, signal));
        } catch (thrown) {
          if (isKubeStatus(thrown, 404)) store.deleted(`${namespace}/${name}`, uid);
          throw thrown;
        }
      }),
    remove: (assigned) =>
      counted(operations.deletion, async () => {
        const { uid, namespace, name, object } = assigned;
        const path = crdPath('assigned', namespace, name);
        const begun = performance.now();
        const others = finalizersOf(object).filter((finalizer) => finalizer !== assignedFinalizer);
        try {
          if (!isLeaving(assigned)) await client.delete(path, { preconditions: { uid } }, signal);
          if (others.length < finalizersOf(object).length)
            await client.patch(
              path,
              [
                { op: 'test', path: '/metadata/uid', value: uid },
                { op: 'add', path: '/metadata/finalizers', value: others },
              ],
              signal,
            );
        } catch (thrown) {
          if (!isKubeStatus(thrown, 404)) throw thrown;
        }
        store.deleted(`${namespace}/${name}`, uid);
        metrics.assignedIdentityDeletions.increment();
        measured(metrics.assignedIdentityDeletionDuration, begun);
      }),
  };
};
