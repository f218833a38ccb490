import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseForm } from './form.ts';

describe('parseForm', () => {
  it('reads back every form that was written', () => {
    const names = fc.string({ minLength: 1, unit: 'binary' });
    const values = fc.string({ minLength: 1, unit: 'binary' });
    fc.assert(
      fc.property(fc.dictionary(names, values, { maxKeys: 100, noNullPrototype: true }), (fields) => {
        const form = parseForm(Buffer.from(new URLSearchParams(fields).toString()), 'application/x-www-form-urlencoded; charset=utf-8');
        for (const [name, value] of Object.entries(fields)) expect(form.get(name)).toBe(value);
      }),
    );
  });

  it('has no names of its own', () => {
    const form = parseForm(Buffer.from('a=b'), 'application/x-www-form-urlencoded');
    for (const name of ['__proto__', 'constructor', 'toString', 'c']) expect(form.get(name)).toBeUndefined();
  });
});
