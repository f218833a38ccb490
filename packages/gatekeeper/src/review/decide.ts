import { isObject, type JsonObject } from '@podpass/kernel';
import { celLimits, CelLimitError, createBudget, fromJson } from '../cel/index.ts';
import { readConstraint } from '../constraint/read.ts';
import type { Registry } from '../control/registry.ts';
import { PolicyError } from '../template/problem.ts';
import { readTemplate } from '../template/read.ts';
import { runPolicy, type Subject } from '../template/run.ts';
import { groups, limits } from '../wire.ts';
import { candidateOf } from './candidate.ts';
import { allowed, type ReviewRequest, type Verdict } from './request.ts';

export interface DecideDeps {
  readonly registry: Registry;
  /** The namespace of that name. Rejects when it cannot tell. */
  readonly namespace: (name: string) => Promise<JsonObject>;
}

const refuse = (code: number, reason: string, message: string): Verdict => ({ refusal: { code, reason, message }, warnings: [] });

/** Templates and constraints are compiled before they are stored, so that no broken one gets in. */
const checkOwn = (request: ReviewRequest, registry: Registry): Verdict => {
  const object = request.object ?? {};
  try {
    if (request.group === groups.constraints) {
      readConstraint(object);
      return allowed;
    }
    const template = readTemplate(object);
    if (request.operation === 'CREATE' && registry.size() >= limits.templates)
      throw new PolicyError('too_many_templates', `there are ${limits.templates} constraint templates already; delete one first`);
    return { refusal: undefined, warnings: template.warnings };
  } catch (thrown) {
    if (!(thrown instanceof PolicyError) && !(thrown instanceof CelLimitError)) throw thrown;
    const place = thrown instanceof PolicyError && thrown.location !== '' ? `${thrown.location}: ` : '';
    return refuse(422, 'Invalid', `${place}${thrown.message}`);
  }
};

const isOwn = ({ group, kind }: ReviewRequest) =>
  group === groups.constraints || (group === groups.templates && kind === 'ConstraintTemplate');

const subjectOf = (request: ReviewRequest, home: JsonObject | undefined): Subject => ({
  object: fromJson(request.object),
  oldObject: fromJson(request.oldObject),
  request: fromJson(request.facts),
  namespaceObject: fromJson(home),
});

/**
 * Holds a request against every constraint that selects it. What cannot be looked at (an object that nests too deeply,
 * a namespace that is not there) is refused or rejected, never let through.
 */
export const decide = async (request: ReviewRequest, { registry, namespace }: DecideDeps): Promise<Verdict> => {
  if (request.operation !== 'CREATE' && request.operation !== 'UPDATE') return allowed;
  if (isOwn(request)) return checkOwn(request, registry);
  const isNamespace = request.group === '' && request.kind === 'Namespace';
  const home = request.namespace === '' || isNamespace || registry.empty() ? undefined : await namespace(request.namespace);
  const candidate = candidateOf({ ...request, objects: [request.object, request.oldObject], home });
  const budget = createBudget(celLimits.reviewSteps);
  const denials: string[] = [];
  const warnings: string[] = [];
  let subject: Subject | undefined;
  for (const { template, constraints } of registry.entries()) {
    for (const constraint of constraints) {
      if (constraint.outcome === 'none' || !constraint.match.matches(candidate)) continue;
      subject ??= subjectOf(request, home);
      const found = runPolicy(template.policy, subject, {
        parameters: constraint.parameters,
        budget: createBudget(celLimits.steps, budget),
      });
      for (const message of found) (constraint.outcome === 'deny' ? denials : warnings).push(`[${constraint.name}] ${message}`);
    }
  }
  const told = warnings.slice(0, limits.messages);
  if (denials.length === 0) return { refusal: undefined, warnings: told };
  return { refusal: { code: 403, reason: 'Forbidden', message: denials.slice(0, limits.messages).join('\n') }, warnings: told };
};

/** Whether a request may pass before the constraints are known: the definitions without which they never would be. */
export const passesUnready = (request: ReviewRequest): boolean =>
  request.group === groups.extensions &&
  request.kind === 'CustomResourceDefinition' &&
  request.groups.includes('system:masters') &&
  isObject(request.object);
