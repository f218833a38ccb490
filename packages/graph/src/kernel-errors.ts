import { isKernelError, isObject } from '@podpass/kernel';
import { GraphError, type GraphErrorName } from './errors.ts';

export interface KernelErrorContext {
  /** Name of the resource in error texts: `User`. */
  readonly resource: string;
  /** Id for the 404 of something that is not there. */
  readonly id: string;
}

/** Rules of the directory that Graph has words of its own for, by `detail.code`. */
const rules: Readonly<Record<string, GraphErrorName>> = {
  CannotDeleteOrUpdateEnabledEntitlement: 'enabledPermission',
  CircularMembership: 'badReference',
  DuplicateId: 'duplicateValues',
  DuplicateValue: 'duplicateValues',
  InvalidDomain: 'domainNotVerified',
  InvalidReference: 'badReference',
  PasswordComplexity: 'weakPassword',
  ReferenceExists: 'alreadyReferenced',
};

/**
 * What the directory threw, in Graph's words: `conflict` names the property that is taken, `invalid` the one whose value breaks a rule (`detail.property`), some rules have a
 * code (`detail.code`) and words of their own. Everything else is given back as it is.
 */
export const fromKernelError = (thrown: unknown, { resource, id }: KernelErrorContext): unknown => {
  if (!isKernelError(thrown)) return thrown;
  const detail = isObject(thrown.detail) ? thrown.detail : {};
  const property = typeof detail['property'] === 'string' ? detail['property'] : '';
  const code = typeof detail['code'] === 'string' ? detail['code'] : '';
  const refuse = (name: GraphErrorName) => new GraphError(name, { property, resource, id, target: id }, { cause: thrown });
  const rule = Object.hasOwn(rules, code) ? rules[code] : undefined;
  if (rule !== undefined) return refuse(rule);
  if (thrown.code === 'unavailable' || thrown.code === 'closed') return refuse('unavailable');
  if (thrown.code === 'not-found') return refuse('notFound');
  if (thrown.code === 'conflict') return refuse('taken');
  if (thrown.code !== 'invalid') return thrown;
  return refuse(property === '' ? 'badRequest' : 'invalidValue');
};
