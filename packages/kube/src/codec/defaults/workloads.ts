import { child, ensure, fill, items, type Draft } from './fill.ts';
import { defaultPodSpec } from './pod.ts';

const template = (spec: Draft): void => {
  const pod = ensure(spec, 'template');
  ensure(pod, 'metadata');
  defaultPodSpec(ensure(pod, 'spec'));
};

/** Fills the members of a rolling update, made when the strategy is one. */
const rolling = (strategy: Draft, defaults: Draft): void => {
  fill(strategy, { type: 'RollingUpdate' });
  if (strategy['type'] === 'RollingUpdate') fill(ensure(strategy, 'rollingUpdate'), defaults);
};

export const defaultDeployment = (draft: Draft): void => {
  const spec = ensure(draft, 'spec');
  fill(spec, { replicas: 1, revisionHistoryLimit: 10, progressDeadlineSeconds: 600 });
  rolling(ensure(spec, 'strategy'), { maxUnavailable: '25%', maxSurge: '25%' });
  template(spec);
};

export const defaultReplicaSet = (draft: Draft): void => {
  const spec = ensure(draft, 'spec');
  fill(spec, { replicas: 1 });
  template(spec);
};

export const defaultDaemonSet = (draft: Draft): void => {
  const spec = ensure(draft, 'spec');
  fill(spec, { revisionHistoryLimit: 10 });
  rolling(ensure(spec, 'updateStrategy'), { maxUnavailable: 1, maxSurge: 0 });
  template(spec);
};

export const defaultStatefulSet = (draft: Draft): void => {
  const spec = ensure(draft, 'spec');
  fill(spec, { replicas: 1, revisionHistoryLimit: 10, podManagementPolicy: 'OrderedReady', serviceName: '' });
  fill(ensure(spec, 'persistentVolumeClaimRetentionPolicy'), { whenDeleted: 'Retain', whenScaled: 'Retain' });
  rolling(ensure(spec, 'updateStrategy'), { partition: 0 });
  for (const claim of items(spec, 'volumeClaimTemplates')) fill(ensure(claim, 'spec'), { volumeMode: 'Filesystem' });
  template(spec);
};

const jobSpec = (spec: Draft): void => {
  // A job with parallelism and no completions is a work queue: its completions stay unset.
  if (spec['completions'] === undefined && spec['parallelism'] === undefined) Object.assign(spec, { completions: 1 });
  fill(spec, { parallelism: 1, completionMode: 'NonIndexed', suspend: false, podReplacementPolicy: 'TerminatingOrFailed' });
  fill(spec, { backoffLimit: spec['backoffLimitPerIndex'] === undefined ? 6 : 2_147_483_647 });
  template(spec);
};

export const defaultJob = (draft: Draft): void => jobSpec(ensure(draft, 'spec'));

export const defaultCronJob = (draft: Draft): void => {
  const spec = ensure(draft, 'spec');
  fill(spec, { concurrencyPolicy: 'Allow', suspend: false, successfulJobsHistoryLimit: 3, failedJobsHistoryLimit: 1 });
  const job = ensure(spec, 'jobTemplate');
  ensure(job, 'metadata');
  jobSpec(ensure(job, 'spec'));
};

export const defaultAutoscaler = (draft: Draft): void => {
  const spec = ensure(draft, 'spec');
  fill(spec, { minReplicas: 1 });
  const metric = child(spec, 'metrics');
  if (spec['metrics'] === undefined && metric === undefined && draft['apiVersion'] === 'autoscaling/v2') {
    spec['metrics'] = [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } } }];
  }
};
