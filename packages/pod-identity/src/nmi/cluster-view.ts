import type { KubeObject } from '@podpass/kube-client';
import { groupedBy } from './index-of.ts';
import {
  identityFault,
  readAssigned,
  readBinding,
  readException,
  readIdentity,
  readPod,
  type AssignedRecord,
  type BindingRecord,
  type ExceptionRecord,
  type IdentityRecord,
  type PodRecord,
} from './objects.ts';
import { createWaiters, type Waiters } from './waiters.ts';

type Change = (before: KubeObject | undefined, after: KubeObject | undefined) => void;

/** What NMI knows of the cluster, in memory and current. */
export interface ClusterView {
  podByUid(uid: string): PodRecord | undefined;
  /** By `namespace/name`. */
  pod(key: string): PodRecord | undefined;
  identity(key: string): IdentityRecord | undefined;
  binding(key: string): BindingRecord | undefined;
  /** The bindings of one namespace with one selector. */
  bindings(namespace: string, selector: string): readonly BindingRecord[];
  /** What is assigned to the pod of this `namespace/name`, by anybody's word. */
  assigned(podKey: string): readonly AssignedRecord[];
  exceptions(namespace: string): readonly ExceptionRecord[];
  /** Wakes by pod uid and by `namespace/name`. */
  readonly waiters: Waiters;
  /** Where informers tell their changes. */
  readonly changes: {
    readonly pods: Change;
    readonly identities: Change;
    readonly bindings: Change;
    readonly assigned: Change;
    readonly exceptions: Change;
  };
}

const optional = <T>(object: KubeObject | undefined, read: (object: KubeObject) => T): T | undefined =>
  object === undefined ? undefined : read(object);

/** `log` gets a line for every identity that cannot be used, once for each change of it. */
export const createClusterView = (log: (line: string) => void): ClusterView => {
  const waiters = createWaiters();
  const pods = groupedBy<PodRecord>(({ uid }) => uid);
  const identities = groupedBy<IdentityRecord>(({ namespace }) => namespace);
  const bindings = groupedBy<BindingRecord>(({ namespace, selector }) => `${namespace}/${selector}`);
  const assigned = groupedBy<AssignedRecord>(({ podKey }) => podKey);
  const exceptions = groupedBy<ExceptionRecord>(({ namespace }) => namespace);

  return {
    podByUid: (uid) => pods.group(uid)[0],
    pod: pods.get,
    identity: identities.get,
    binding: bindings.get,
    bindings: (namespace, selector) => bindings.group(`${namespace}/${selector}`),
    assigned: assigned.group,
    exceptions: exceptions.group,
    waiters,
    changes: {
      pods(before, after) {
        const [old, now] = [optional(before, readPod), optional(after, readPod)];
        pods.change(old, now);
        // Those who wait for a pod that is gone learn of it, too.
        for (const pod of [old, now]) {
          if (pod === undefined) continue;
          waiters.wake(pod.uid);
          waiters.wake(pod.key);
        }
      },
      identities(before, after) {
        const record = optional(after, readIdentity);
        identities.change(optional(before, readIdentity), record);
        const fault = record === undefined ? undefined : identityFault(record);
        if (fault !== undefined && record !== undefined) log(`ignoring azure identity ${record.key}, error: ${fault}`);
        waiters.wakeAll();
      },
      bindings(before, after) {
        bindings.change(optional(before, readBinding), optional(after, readBinding));
        waiters.wakeAll();
      },
      assigned(before, after) {
        const [old, now] = [optional(before, readAssigned), optional(after, readAssigned)];
        assigned.change(old, now);
        if (old !== undefined && old.podKey !== now?.podKey) waiters.wake(old.podKey);
        if (now !== undefined) waiters.wake(now.podKey);
      },
      exceptions(before, after) {
        exceptions.change(optional(before, readException), optional(after, readException));
        waiters.wakeAll();
      },
    },
  };
};
