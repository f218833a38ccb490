import { KernelError } from '@podpass/kernel';
import { describe, expect, it } from 'vitest';
import { GraphError } from './errors.ts';
import { fromKernelError } from './kernel-errors.ts';

const translate = (thrown: unknown) => {
  const error = fromKernelError(thrown, { resource: 'User', id: 'the-id' });
  return error instanceof GraphError ? [error.row.status, error.sentence] : error;
};

describe('fromKernelError', () => {
  it.each([new Error('x'), new KernelError('corrupt', 'hidden'), new KernelError('compacted', 'hidden'), 'text', undefined])(
    'gives back what is no refusal: %s',
    (thrown) => {
      expect(translate(thrown)).toBe(thrown);
    },
  );

  it.each([
    ['conflict', { property: 'mail' }, 400, 'Another object with the same value for property mail already exists.'],
    ['invalid', { property: 'mail' }, 400, "Invalid value specified for property 'mail' of resource 'User'."],
    ['invalid', undefined, 400, 'The request is malformed.'],
    ['invalid', { property: 'x', code: 'constructor' }, 400, "Invalid value specified for property 'x' of resource 'User'."],
    ['invalid', { property: 'passwordProfile', code: 'PasswordComplexity' }, 400, expect.stringContaining('password complexity')],
    ['invalid', { property: 'userPrincipalName', code: 'InvalidDomain' }, 400, expect.stringContaining('verified domain')],
    [
      'conflict',
      { property: 'members', code: 'ReferenceExists' },
      400,
      expect.stringContaining("already exist for the following modified properties: 'members'"),
    ],
    ['not-found', { property: 'id' }, 404, expect.stringContaining("Resource 'the-id' does not exist")],
    ['unavailable', undefined, 503, expect.any(String)],
  ] as const)('%s with %j', (code, detail, ...expected) => {
    expect(translate(new KernelError(code, 'hidden', { detail }))).toEqual(expected);
  });
});
