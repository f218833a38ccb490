import type { ClusterView } from './cluster-view.ts';
import type { PodRecord } from './objects.ts';

/**
 * Whether an exception of the pod's own namespace names one of its labels: a single one is enough, and its value is
 * compared without case, as upstream does.
 */
export const isExcepted = (view: Pick<ClusterView, 'exceptions'>, { namespace, labels }: PodRecord): boolean =>
  view
    .exceptions(namespace)
    .some(({ labels: excepted }) => Object.entries(excepted).some(([name, value]) => labels[name]?.toLowerCase() === value.toLowerCase()));

/** Whether the pod is a MIC: in MIC's namespace, controlled by a ReplicaSet whose name begins with `mic-`. */
export const isMic = (micNamespace: string, { namespace, replicaSet }: PodRecord): boolean =>
  namespace.toLowerCase() === micNamespace.toLowerCase() && replicaSet.startsWith('mic-');
