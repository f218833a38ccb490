import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StatusError } from '../errors.ts';
import { resourceOf } from '../resources/lookup.ts';
import { matchesFields, parseFieldSelector } from './fields.ts';
import { compileLabelSelector, matchesLabels, parseLabelSelector } from './labels.ts';

const pods = resourceOf('', 'pods');

describe('label selectors', () => {
  it.each(['=a', 'a=b c', 'a in b', 'a in (', 'a notin', '-a', 'a/b/c', 'a=$', 'a>x', '!'])('refuse %s', (selector) => {
    expect(() => parseLabelSelector(selector)).toThrow(StatusError);
  });

  it.each([
    ['', {}, true],
    ['a', {}, false],
    ['a', { a: '' }, true],
    ['!a', { a: '1' }, false],
    ['a=1', { a: '1' }, true],
    ['a==1,b!=2', { a: '1' }, true],
    ['a!=1', { a: '1' }, false],
    ['a in (1, 2)', { a: '2' }, true],
    ['a notin (1,2)', { a: '2' }, false],
    ['a notin (1,2)', {}, true],
    ['a>1', { a: '2' }, true],
    ['a<1', { a: '2' }, false],
    ['x.io/a=', { 'x.io/a': '' }, true],
    ['toString', {}, false],
  ])('%s of %j is %s', (selector, labels, expected) => {
    expect(matchesLabels(parseLabelSelector(selector), labels)).toBe(expected);
  });

  it('never repeat a long selector as a whole', () => {
    expect(() => parseLabelSelector(`a=${'x'.repeat(10_000)}`)).toThrow(/^.{1,700}$/);
  });

  it('never throw anything but a Status', () => {
    const outcome = fc.check(
      fc.property(fc.string(), (selector) => {
        try {
          return typeof matchesLabels(parseLabelSelector(selector), { a: 'b' }) === 'boolean';
        } catch (thrown) {
          return thrown instanceof StatusError;
        }
      }),
    );
    expect(outcome.failed).toBe(false);
  });

  it('of objects combine labels and expressions', () => {
    const selector = compileLabelSelector({ matchLabels: { a: '1' }, matchExpressions: [{ key: 'b', operator: 'DoesNotExist' }] });
    expect(matchesLabels(selector, { a: '1' })).toBe(true);
    expect(matchesLabels(selector, { a: '1', b: '' })).toBe(false);
    expect(matchesLabels(compileLabelSelector({}), {})).toBe(true);
    expect(matchesLabels(compileLabelSelector(undefined), { a: '1' })).toBe(true);
  });
});

describe('field selectors', () => {
  it.each(['spec.nodeName', 'status.foo=1', '=x', 'spec.containers=1'])('refuse %s', (selector) => {
    expect(() => parseFieldSelector(selector, pods)).toThrow(StatusError);
  });

  it.each([
    ['spec.nodeName=', true],
    ['spec.nodeName!=', false],
    ['metadata.name==a,status.phase!=Failed', true],
    ['metadata.name=a\\,b', false],
    ['spec.hostNetwork=false', true],
  ])('%s of a pending pod is %s', (selector, expected) => {
    const pod = { metadata: { name: 'a' }, spec: {}, status: { phase: 'Pending' } };
    expect(matchesFields(parseFieldSelector(selector, pods), pod)).toBe(expected);
  });

  it('take back their escapes', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (name) => {
        const escaped = name.replace(/[\\,=]/g, (character) => `\\${character}`);
        expect(matchesFields(parseFieldSelector(`metadata.name=${escaped}`, pods), { metadata: { name } })).toBe(true);
      }),
    );
  });
});
