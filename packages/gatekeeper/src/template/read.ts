import { isObject, type JsonObject } from '@podpass/kernel';
import { admissionTarget, celEngine } from '../wire.ts';
import { compilePolicy, type Policy } from './policy.ts';
import { PolicyError } from './problem.ts';

/** A constraint template that can be enforced. */
export interface Template {
  readonly name: string;
  /** Kind of its constraints. */
  readonly kind: string;
  readonly shortNames: readonly string[];
  /** Schema of `spec.parameters`; undefined when the template has none. */
  readonly schema: JsonObject | undefined;
  /** Parameters are taken without a check of unknown fields, as before version v1 of templates. */
  readonly legacySchema: boolean;
  readonly policy: Policy;
  /** What its author should know. */
  readonly warnings: readonly string[];
}

const invalid = (message: string, location: string) => new PolicyError('invalid_template', message, location);

const objectAt = (value: unknown, location: string): Record<string, unknown> => {
  if (!isObject(value)) throw invalid('an object is required', location);
  return value;
};

/** Constraint kinds become names of resources, which are DNS labels. */
const kindForm = /^[A-Za-z][A-Za-z0-9]{0,62}$/;

const readKind = (name: string, spec: Record<string, unknown>) => {
  const names = objectAt(spec['names'], 'spec.crd.spec.names');
  const { kind } = names;
  if (typeof kind !== 'string' || !kindForm.test(kind))
    throw invalid('a kind of letters and digits is required', 'spec.crd.spec.names.kind');
  if (name !== kind.toLowerCase())
    throw invalid(`Template's name ${name} is not equal to the lowercase of CRD's Kind: ${kind.toLowerCase()}`, 'metadata.name');
  const shortNames = Array.isArray(names['shortNames'])
    ? names['shortNames'].filter((each): each is string => typeof each === 'string')
    : [];
  return { kind, shortNames };
};

const regoRefusal =
  'the template has Rego only, which is not evaluated here, so it could never be enforced. ' +
  `Use a template with the engine ${celEngine} (a source in CEL) in spec.targets[0].code.`;

/** The CEL source of the one target, and whether there is Rego beside it. */
const readTarget = (targets: unknown): { source: unknown; rego: boolean } => {
  if (!Array.isArray(targets) || targets.length !== 1) throw invalid('exactly one target is required', 'spec.targets');
  const target = objectAt(targets[0], 'spec.targets[0]');
  if (target['target'] !== admissionTarget) throw invalid(`the target must be ${admissionTarget}`, 'spec.targets[0].target');
  const code = Array.isArray(target['code']) ? target['code'].filter(isObject) : [];
  const [cel, ...more] = code.filter((each) => each['engine'] === celEngine);
  const rego = (typeof target['rego'] === 'string' && target['rego'] !== '') || code.some((each) => each['engine'] === 'Rego');
  if (more.length > 0) throw invalid(`the engine ${celEngine} may occur once`, 'spec.targets[0].code');
  if (cel === undefined && rego) throw new PolicyError('rego_not_supported', regoRefusal, 'spec.targets[0]');
  if (cel === undefined) throw invalid(`a source for the engine ${celEngine} is required`, 'spec.targets[0].code');
  return { source: cel['source'], rego };
};

/** Reads a ConstraintTemplate of any version and compiles its policy. Throws PolicyError. */
export const readTemplate = (object: JsonObject): Template => {
  const { name } = objectAt(object['metadata'], 'metadata');
  const spec = objectAt(object['spec'], 'spec');
  const crd = objectAt(objectAt(spec['crd'], 'spec.crd')['spec'], 'spec.crd.spec');
  const { kind, shortNames } = readKind(typeof name === 'string' ? name : '', crd);
  const { source, rego } = readTarget(spec['targets']);
  const validation = isObject(crd['validation']) ? crd['validation'] : {};
  const schema = isObject(validation['openAPIV3Schema']) ? (validation['openAPIV3Schema'] as JsonObject) : undefined;
  try {
    const policy = compilePolicy(source);
    const warnings = rego ? [`${celEngine} is evaluated; the template's Rego is not`] : [];
    return { name: kind.toLowerCase(), kind, shortNames, schema, legacySchema: validation['legacySchema'] === true, policy, warnings };
  } catch (thrown) {
    if (!(thrown instanceof PolicyError)) throw thrown;
    const place = thrown.location === '' ? '' : `.${thrown.location}`;
    throw new PolicyError(thrown.code, thrown.message, `spec.targets[0].code[${celEngine}].source${place}`);
  }
};
