import { isObject, type JsonObject } from '@podpass/kernel';
import { parametersOf, type PolicyParameters } from '../template/run.ts';
import { PolicyError } from '../template/problem.ts';
import { names } from '../wire.ts';
import { readMatch, type Match } from './match.ts';

/** What a violation leads to at admission. `none` for constraints that only the audit looks at. */
type Outcome = 'deny' | 'warn' | 'none';

export interface Constraint {
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  readonly generation: number;
  /** As the object says it, for reports. */
  readonly enforcementAction: string;
  readonly outcome: Outcome;
  /** Whether the audit looks at existing objects. */
  readonly audited: boolean;
  readonly match: Match;
  readonly parameters: PolicyParameters;
}

const outcomes: Readonly<Record<string, Outcome>> = { deny: 'deny', warn: 'warn', dryrun: 'none' };
const auditPoint = 'audit.gatekeeper.sh';
const points: ReadonlySet<string> = new Set(['*', names.webhook, auditPoint, 'gator.gatekeeper.sh', 'vap.k8s.io']);
const fault = (message: string, location: string) => new PolicyError('invalid_constraint', message, location);

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

const outcomeOf = (action: unknown, location: string): Outcome => {
  const outcome = typeof action === 'string' && Object.hasOwn(outcomes, action) ? outcomes[action] : undefined;
  if (outcome === undefined) throw fault('the enforcement action must be deny, dryrun, warn or scoped', location);
  return outcome;
};

/** https://open-policy-agent.github.io/gatekeeper/website/docs/enforcement-points: the strictest action of a point counts. */
const readScoped = (value: unknown): { outcome: Outcome; audited: boolean } => {
  const place = 'spec.scopedEnforcementActions';
  if (!Array.isArray(value) || value.length === 0) throw fault('the action scoped needs scopedEnforcementActions', place);
  const found = new Set<Outcome>();
  let audited = false;
  for (const [index, row] of value.entries()) {
    const given = isObject(row) && Array.isArray(row['enforcementPoints']) ? row['enforcementPoints'] : [];
    const outcome = outcomeOf(isObject(row) ? row['action'] : undefined, `${place}[${index}].action`);
    for (const point of given) {
      const name: unknown = isObject(point) ? point['name'] : undefined;
      if (typeof name !== 'string' || !points.has(name))
        throw fault('an enforcement point is unknown', `${place}[${index}].enforcementPoints`);
      if (name === '*' || name === names.webhook) found.add(outcome);
      if (name === '*' || name === auditPoint) audited = true;
    }
  }
  const outcome = (['deny', 'warn'] as const).find((each) => found.has(each)) ?? 'none';
  return { outcome, audited };
};

/** Reads a constraint. Throws PolicyError; CelLimitError for parameters that nest too deeply. */
export const readConstraint = (object: JsonObject): Constraint => {
  const spec = object['spec'] ?? {};
  const metadata = isObject(object['metadata']) ? object['metadata'] : {};
  if (!isObject(spec)) throw fault('must be an object', 'spec');
  const action = spec['enforcementAction'] ?? 'deny';
  const { outcome, audited } =
    action === 'scoped'
      ? readScoped(spec['scopedEnforcementActions'])
      : { outcome: outcomeOf(action, 'spec.enforcementAction'), audited: true };
  return {
    kind: text(object['kind']),
    name: text(metadata['name']),
    uid: text(metadata['uid']),
    generation: typeof metadata['generation'] === 'number' ? metadata['generation'] : 0,
    enforcementAction: text(action),
    outcome,
    audited,
    match: readMatch(spec['match']),
    parameters: parametersOf(object),
  };
};
