import { KernelError } from '@podpass/kernel';

/** What `detail` of the directory's errors holds: the property that broke a rule, and Entra's own code for the rule where it has one. */
export interface ProblemDetail {
  readonly property: string;
  readonly code?: string;
}

const problem =
  (kind: 'invalid' | 'conflict' | 'not-found') =>
  (property: string, message: string, code?: string): KernelError => {
    const detail: ProblemDetail = code === undefined ? { property } : { property, code };
    return new KernelError(kind, message, { detail });
  };

/** A value breaks a rule. */
export const invalid = problem('invalid');
/** What is to be written is there already. */
export const conflict = problem('conflict');
/** Something that is named does not exist in the tenant. */
export const notFound = problem('not-found');
