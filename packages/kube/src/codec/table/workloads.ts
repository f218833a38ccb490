import type { JsonObject } from '@podpass/kernel';
import { ageOf, humanDuration } from './age.ts';
import { created, labelSelectorText, selectorText } from './core.ts';
import { at, listAt, numberAt, textAt } from './read.ts';
import type { Renderer } from './renderer.ts';

const containers = (object: JsonObject, member: 'name' | 'image', path = 'spec.template.spec.containers') =>
  listAt(object, path)
    .map((item) => textAt(item, member))
    .join(',');

/** Containers, images and selector: the wide columns that all workloads share. */
const wide = (object: JsonObject): string[] => [
  containers(object, 'name'),
  containers(object, 'image'),
  labelSelectorText(object, 'spec.selector'),
];
const wideColumns = ['*Containers', '*Images', '*Selector'];
const fraction = (object: JsonObject, ready: string) =>
  `${String(numberAt(object, `status.${ready}`))}/${String(numberAt(object, 'spec.replicas'))}`;

export const deployments: Renderer = {
  columns: ['Ready', 'Up-to-date', 'Available', 'Age', ...wideColumns],
  cells: (object, now) => [
    fraction(object, 'readyReplicas'),
    numberAt(object, 'status.updatedReplicas'),
    numberAt(object, 'status.availableReplicas'),
    created(object, now),
    ...wide(object),
  ],
};

export const replicaSets: Renderer = {
  columns: ['Desired', 'Current', 'Ready', 'Age', ...wideColumns],
  cells: (object, now) => [
    numberAt(object, 'spec.replicas'),
    numberAt(object, 'status.replicas'),
    numberAt(object, 'status.readyReplicas'),
    created(object, now),
    ...wide(object),
  ],
};

export const daemonSets: Renderer = {
  columns: ['Desired', 'Current', 'Ready', 'Up-to-date', 'Available', 'Node Selector', 'Age', ...wideColumns],
  cells: (object, now) => [
    numberAt(object, 'status.desiredNumberScheduled'),
    numberAt(object, 'status.currentNumberScheduled'),
    numberAt(object, 'status.numberReady'),
    numberAt(object, 'status.updatedNumberScheduled'),
    numberAt(object, 'status.numberAvailable'),
    selectorText(object, 'spec.template.spec.nodeSelector'),
    created(object, now),
    ...wide(object),
  ],
};

export const statefulSets: Renderer = {
  columns: ['Ready', 'Age', '*Containers', '*Images'],
  cells: (object, now) => [fraction(object, 'readyReplicas'), created(object, now), ...wide(object).slice(0, 2)],
};

const jobStatus = (job: JsonObject): string => {
  const holds = (type: string) => listAt(job, 'status.conditions').some((item) => item['type'] === type && item['status'] === 'True');
  if (holds('Complete')) return 'Complete';
  if (holds('Failed')) return 'Failed';
  if (at(job, 'metadata.deletionTimestamp') !== undefined) return 'Terminating';
  if (holds('Suspended')) return 'Suspended';
  if (holds('FailureTarget')) return 'FailureTarget';
  return holds('SuccessCriteriaMet') ? 'SuccessCriteriaMet' : 'Running';
};

const completions = (job: JsonObject): string => {
  const succeeded = numberAt(job, 'status.succeeded');
  const wanted = at(job, 'spec.completions');
  if (typeof wanted === 'number') return `${String(succeeded)}/${String(wanted)}`;
  const parallelism = numberAt(job, 'spec.parallelism', 1);
  return parallelism > 1 ? `${String(succeeded)}/1 of ${String(parallelism)}` : `${String(succeeded)}/1`;
};

const jobDuration = (job: JsonObject, now: number): string => {
  const start = Date.parse(textAt(job, 'status.startTime'));
  if (Number.isNaN(start)) return '';
  const end = Date.parse(textAt(job, 'status.completionTime'));
  return humanDuration(((Number.isNaN(end) ? now : end) - start) / 1000);
};

export const jobs: Renderer = {
  columns: ['Status', 'Completions', 'Duration', 'Age', ...wideColumns],
  cells: (job, now) => [jobStatus(job), completions(job), jobDuration(job, now), created(job, now), ...wide(job)],
};

export const cronJobs: Renderer = {
  columns: ['Schedule', 'Timezone', 'Suspend', 'Active', 'Last Schedule', 'Age', ...wideColumns],
  cells: (job, now) => {
    const last = textAt(job, 'status.lastScheduleTime');
    const path = 'spec.jobTemplate.spec.template.spec.containers';
    return [
      textAt(job, 'spec.schedule'),
      textAt(job, 'spec.timeZone', '<none>'),
      at(job, 'spec.suspend') === true ? 'True' : 'False',
      listAt(job, 'status.active').length,
      last === '' ? '<none>' : ageOf(last, now),
      created(job, now),
      containers(job, 'name', path),
      containers(job, 'image', path),
      labelSelectorText(job, 'spec.jobTemplate.spec.selector'),
    ];
  },
};
