import { createInformer, type Informer, type KubeClient } from '@podpass/kube-client';
import type { Logger } from '@podpass/telemetry';
import { nodeLabel } from '../crds/index.ts';
import type { ClusterView } from './cluster-view.ts';
import { paths } from './wire.ts';

export interface WatchOptions {
  readonly client: KubeClient;
  readonly view: ClusterView;
  readonly log: Logger;
  readonly nodeName: string;
  /** Standard mode: assigned identities too. */
  readonly assigned: boolean;
  /** Only those that carry the node's label, as `--enableScaleFeatures` says. */
  readonly byNodeLabel: boolean;
}

/** Starts the caches that feed `view`; resolves once all are complete. Rejects only when `signal` aborts before. */
export const watchCluster = async (
  { client, view, log, nodeName, assigned, byNodeLabel }: WatchOptions,
  signal: AbortSignal,
): Promise<void> => {
  const { changes } = view;
  const base = { client, log };
  const informers: Informer[] = [
    createInformer({ ...base, path: paths.pods, fieldSelector: `spec.nodeName=${nodeName}`, onChange: changes.pods }),
    createInformer({ ...base, path: paths.identities, onChange: changes.identities }),
    createInformer({ ...base, path: paths.bindings, onChange: changes.bindings }),
    createInformer({ ...base, path: paths.exceptions, onChange: changes.exceptions }),
  ];
  if (assigned)
    informers.push(
      createInformer({
        ...base,
        path: paths.assigned,
        ...(byNodeLabel ? { labelSelector: `${nodeLabel}=${nodeName}` } : {}),
        onChange: changes.assigned,
      }),
    );
  await Promise.all(informers.map((informer) => informer.start(signal)));
};
