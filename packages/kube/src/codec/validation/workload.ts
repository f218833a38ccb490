import type { JsonObject } from '@podpass/kernel';
import type { FieldProblem } from '../types.ts';
import { metaProblems } from './metadata.ts';
import { podSpecProblems } from './pod.ts';
import { invalid, required, unsupported } from './problems.ts';
import { selectorProblems, selects } from './selector.ts';
import { objectOf, textOf, type Rule } from './walk.ts';

const template = (spec: JsonObject, path: string): FieldProblem[] => {
  const pod = objectOf(spec, 'template') ?? {};
  return [
    ...metaProblems(objectOf(pod, 'metadata') ?? {}, `${path}.metadata`),
    ...podSpecProblems(objectOf(pod, 'spec') ?? {}, `${path}.spec`),
  ];
};

/** Deployments, replica sets, daemon sets and stateful sets: the selector must be there and match the template. */
export const workload: Rule = (object) => {
  const spec = objectOf(object, 'spec') ?? {};
  const selector = objectOf(spec, 'selector');
  const labels = objectOf(objectOf(objectOf(spec, 'template') ?? {}, 'metadata') ?? {}, 'labels') ?? {};
  const policy = textOf(objectOf(objectOf(spec, 'template') ?? {}, 'spec') ?? {}, 'restartPolicy');
  const replicas = spec['replicas'];
  const selection =
    selector === undefined
      ? [required('spec.selector')]
      : Object.keys(selector).length === 0
        ? [invalid('spec.selector', {}, 'empty selector is invalid for deployment')]
        : selects(selector, labels)
          ? []
          : [invalid('spec.template.metadata.labels', labels, '`selector` does not match template `labels`')];
  return [
    ...(typeof replicas === 'number' && replicas < 0 ? [invalid('spec.replicas', replicas, 'must be greater than or equal to 0')] : []),
    ...(selector === undefined ? [] : selectorProblems(selector, 'spec.selector')),
    ...selection,
    ...template(spec, 'spec.template'),
    ...(policy === '' || policy === 'Always' ? [] : [unsupported('spec.template.spec.restartPolicy', policy, ['Always'])]),
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
