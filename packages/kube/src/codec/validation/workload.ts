import type { JsonObject } from '@podpass/kernel';
import type { FieldProblem } from '../types.ts';
import { metaProblems } from './metadata.ts';
import { podSpecProblems } from './pod.ts';
import { forbidden, invalid, required, unsupported } from './problems.ts';
import { selectorProblems, selects } from './selector.ts';
import { objectOf, textOf, type Rule } from './walk.ts';

const template = (spec: JsonObject, path: string): FieldProblem[] => {
  const pod = objectOf(spec, 'template') ?? {};
  return [
    ...metaProblems(objectOf(pod, 'metadata') ?? {}, `${path}.metadata`),
    ...podSpecProblems(objectOf(pod, 'spec') ?? {}, `${path}.spec`),
  ];
};

const notNegative = 'must be greater than or equal to 0';

/** Counts and seconds: none of them may be negative. */
const counts = (spec: JsonObject): FieldProblem[] =>
  ['replicas', 'minReadySeconds', 'revisionHistoryLimit', 'progressDeadlineSeconds'].flatMap((name) => {
    const value = spec[name];
    return typeof value === 'number' && value < 0 ? [invalid(`spec.${name}`, value, notNegative)] : [];
  });

const sharePattern = /^[0-9]+%$/u;

/** A count or a percentage; `most`: the largest percentage. */
const share = (rolling: JsonObject, path: string, name: string, most = Number.POSITIVE_INFINITY): FieldProblem[] => {
  const value = rolling[name];
  const at = `${path}.${name}`;
  if (typeof value === 'number') return value < 0 ? [invalid(at, value, notNegative)] : [];
  if (typeof value !== 'string') return [];
  if (!sharePattern.test(value)) {
    return [
      invalid(
        at,
        value,
        "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')",
      ),
    ];
  }
  return Number(value.slice(0, -1)) > most ? [invalid(at, value, `must not be greater than ${String(most)}%`)] : [];
};

const isNone = (value: unknown): boolean => value === 0 || (typeof value === 'string' && /^0+%$/u.test(value));

const deploymentStrategy = (spec: JsonObject): FieldProblem[] => {
  const strategy = objectOf(spec, 'strategy') ?? {};
  const type = textOf(strategy, 'type');
  const rolling = objectOf(strategy, 'rollingUpdate');
  const path = 'spec.strategy.rollingUpdate';
  const deadline = spec['progressDeadlineSeconds'];
  const minReady = spec['minReadySeconds'] ?? 0;
  const tooSoon =
    typeof deadline === 'number' && typeof minReady === 'number' && deadline >= 0 && deadline <= minReady
      ? [invalid('spec.progressDeadlineSeconds', deadline, 'must be greater than minReadySeconds')]
      : [];
  if (type === 'Recreate')
    return [...tooSoon, ...(rolling === undefined ? [] : [forbidden(path, "may not be specified when strategy `type` is 'Recreate'")])];
  if (type !== 'RollingUpdate') return [...tooSoon, unsupported('spec.strategy.type', type, ['Recreate', 'RollingUpdate'])];
  if (rolling === undefined) return [...tooSoon, required(path, 'this should be defaulted and never be nil')];
  return [
    ...tooSoon,
    ...share(rolling, path, 'maxUnavailable', 100),
    ...share(rolling, path, 'maxSurge'),
    ...(isNone(rolling['maxUnavailable']) && isNone(rolling['maxSurge'])
      ? [invalid(`${path}.maxUnavailable`, rolling['maxUnavailable'], 'may not be 0 when `maxSurge` is 0')]
      : []),
  ];
};

const daemonStrategy = (spec: JsonObject): FieldProblem[] => {
  const strategy = objectOf(spec, 'updateStrategy') ?? {};
  const type = textOf(strategy, 'type');
  if (type === 'OnDelete') return [];
  if (type !== 'RollingUpdate') return [unsupported('spec.updateStrategy.type', type, ['RollingUpdate', 'OnDelete'])];
  const path = 'spec.updateStrategy.rollingUpdate';
  const rolling = objectOf(strategy, 'rollingUpdate');
  if (rolling === undefined) return [required(path)];
  const surge = !isNone(rolling['maxSurge']);
  const unavailable = !isNone(rolling['maxUnavailable']);
  return [
    ...share(rolling, path, 'maxUnavailable', 100),
    ...share(rolling, path, 'maxSurge', 100),
    ...(surge && unavailable ? [invalid(`${path}.maxSurge`, rolling['maxSurge'], 'may not be set when maxUnavailable is non-zero')] : []),
    ...(surge || unavailable ? [] : [required(`${path}.maxUnavailable`, 'cannot be 0 when maxSurge is 0')]),
  ];
};

/** How the kind words a selector without requirements, and where it says so. */
const emptySelector: Readonly<Record<string, string>> = {
  DaemonSet: 'empty selector is invalid for daemonset',
  Deployment: 'empty selector is invalid for deployment',
  ReplicaSet: 'empty selector is invalid for deployment',
  StatefulSet: 'empty selector is invalid for statefulset',
};

/** Deployments, replica sets, daemon sets and stateful sets: the selector must be there and match the template. */
export const workload: Rule = (object) => {
  const spec = objectOf(object, 'spec') ?? {};
  const kind = textOf(object, 'kind');
  const selector = objectOf(spec, 'selector');
  const labels = objectOf(objectOf(objectOf(spec, 'template') ?? {}, 'metadata') ?? {}, 'labels') ?? {};
  const pod = objectOf(objectOf(spec, 'template') ?? {}, 'spec') ?? {};
  const policy = textOf(pod, 'restartPolicy');
  const selection =
    selector === undefined
      ? [required('spec.selector')]
      : Object.keys(selector).length === 0
        ? [invalid('spec.selector', {}, emptySelector[kind] ?? '')]
        : selects(selector, labels)
          ? []
          : [invalid('spec.template.metadata.labels', labels, '`selector` does not match template `labels`')];
  return [
    ...counts(spec),
    ...(kind === 'Deployment' ? deploymentStrategy(spec) : kind === 'DaemonSet' ? daemonStrategy(spec) : []),
    ...(selector === undefined ? [] : selectorProblems(selector, 'spec.selector')),
    ...selection,
    ...template(spec, 'spec.template'),
    ...(policy === '' || policy === 'Always' ? [] : [unsupported('spec.template.spec.restartPolicy', policy, ['Always'])]),
    ...(pod['activeDeadlineSeconds'] === undefined
      ? []
      : [forbidden('spec.template.spec.activeDeadlineSeconds', `activeDeadlineSeconds in ${kind} is not Supported`)]),
  ];
};

const jobSpec = (spec: JsonObject, path: string): FieldProblem[] => {
  const policy = textOf(objectOf(objectOf(spec, 'template') ?? {}, 'spec') ?? {}, 'restartPolicy');
  return [
    ...template(spec, `${path}.template`),
    ...(policy === 'Always' || policy === ''
      ? [{ ...required(`${path}.template.spec.restartPolicy`, 'valid values: "OnFailure", "Never"') }]
      : []),
  ];
};

export const job: Rule = (object) => jobSpec(objectOf(object, 'spec') ?? {}, 'spec');

export const cronJob: Rule = (object) => {
  const spec = objectOf(object, 'spec') ?? {};
  const schedule = textOf(spec, 'schedule');
  return [
    ...(schedule === '' ? [required('spec.schedule')] : []),
    ...jobSpec(objectOf(objectOf(spec, 'jobTemplate') ?? {}, 'spec') ?? {}, 'spec.jobTemplate.spec'),
  ];
};
