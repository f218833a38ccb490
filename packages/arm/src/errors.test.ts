import { describe, expect, it } from 'vitest';
import { armErrors, fail } from './errors.ts';
import { defineErrors, errorBody } from './fault.ts';

describe('the catalogue', () => {
  it('has only statuses that clients do not repeat, but for our own fault', () => {
    const repeating: readonly number[] = [408, 429, 500, 502, 503, 504];
    const repeated = Object.entries(armErrors).filter(([, row]) => repeating.includes(row.status));
    expect(repeated.map(([code]) => code)).toEqual(['RequestTimeout', 'InternalServerError']);
  });

  it('fills in the values that a message names', () => {
    expect(errorBody(fail('ResourceGroupNotFound', { group: 'rg' }))).toEqual({
      error: { code: 'ResourceGroupNotFound', message: "Resource group 'rg' could not be found." },
    });
  });

  it('does not fill in placeholders that stand in a value', () => {
    const make = defineErrors({ X: { status: 400, message: '{a} and {b}' } });
    expect(make('X', { a: '{b}', b: '2' }).message).toBe('{b} and 2');
  });

  it('sends the code of the row, not its key', () => {
    expect(fail('WrongIssuer', { issuer: 'x' })).toMatchObject({ status: 401, code: 'InvalidAuthenticationToken' });
  });
});
