import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { covers, parseScope, scopeKey, subscriptionOf } from './scope.ts';

const subscription = '/subscriptions/s1';
const group = `${subscription}/resourceGroups/rg1`;
const vault = `${group}/providers/Microsoft.KeyVault/vaults/v1`;

const reach = (outer: string, inner: string) => covers(scopeKey(outer), scopeKey(inner));

describe('coverage', () => {
  it.each([
    ['a vault whose name begins alike', vault, `${vault}0`],
    ['a resource group whose name begins alike', group, `${group}0/providers/Microsoft.KeyVault/vaults/v1`],
    ['another subscription', subscription, '/subscriptions/s10/resourceGroups/rg1'],
    ['the scope above', vault, group],
    ['a sibling', vault, `${group}/providers/Microsoft.KeyVault/vaults/v2`],
    ['another secret', `${vault}/secrets/a`, `${vault}/secrets/ab`],
    ['the vault, from one of its secrets', `${vault}/secrets/a`, vault],
  ])('does not reach %s', (_, outer, inner) => {
    expect(reach(outer, inner)).toBe(false);
  });

  it.each([
    ['everything from the root', '/', vault],
    ['a subscription from the root', '/', subscription],
    ['the scope itself', vault, vault],
    ['the scope itself in another case', vault.toUpperCase(), vault],
    ['lower-case resourcegroups', group, vault.replace('resourceGroups', 'resourcegroups')],
    ['a resource from its group', group, vault],
    ['a secret from its vault', vault, `${vault}/secrets/a`],
    ['a secret from its subscription', subscription, `${vault}/secrets/a`],
    ['with a trailing slash', `${vault}/`, `${vault}/secrets/a`],
  ])('reaches %s', (_, outer, inner) => {
    expect(reach(outer, inner)).toBe(true);
  });

  const segments = fc.array(fc.stringMatching(/^[a-zA-Z0-9]{1,4}$/), { minLength: 1, maxLength: 6 });

  it('is the relation "first segments are equal", whatever the case', () => {
    fc.assert(
      fc.property(segments, segments, (a, b) => {
        const prefix = a.length <= b.length && a.every((part, index) => part.toLowerCase() === b[index]?.toLowerCase());
        expect(reach(`/${a.join('/')}`, `/${b.join('/')}`)).toBe(prefix);
      }),
    );
  });

  it('never depends on characters after a segment has begun', () => {
    fc.assert(
      fc.property(segments, fc.stringMatching(/^[a-z0-9]{1,3}$/), (a, more) => {
        expect(reach(`/${a.join('/')}`, `/${a.join('/')}${more}`)).toBe(false);
        expect(reach(`/${a.join('/')}`, `/${a.join('/')}/${more}`)).toBe(true);
      }),
    );
  });
});

describe('parsing', () => {
  it.each([
    'subscriptions/s1',
    '//',
    '/subscriptions',
    '/subscriptions//x',
    '/elsewhere/x',
    '/providers/a',
    `/subscriptions/${'x'.repeat(900)}`,
  ])('refuses %s', (text) => {
    expect(parseScope(text)).toBeUndefined();
  });

  it('keeps the casing of the client and drops a trailing slash', () => {
    expect(parseScope(`${vault}/`)).toBe(vault);
    expect(parseScope('/')).toBe('/');
    expect(parseScope('/providers/Microsoft.Management/managementGroups/mg')).toBe('/providers/Microsoft.Management/managementGroups/mg');
  });

  it('finds the subscription', () => {
    expect(subscriptionOf(scopeKey(vault))).toBe('s1');
    expect(subscriptionOf(scopeKey('/'))).toBeUndefined();
  });
});
