import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compilePattern } from './pattern.ts';
import { compileRole } from './role.ts';

const matches = (pattern: string, action: string) => compilePattern(pattern)(action.toLowerCase());

describe('action patterns', () => {
  it.each([
    ['Microsoft.KeyVault/vaults/read', 'Microsoft.KeyVault/vaults/write'],
    ['Microsoft.KeyVault/vaults/read', 'Microsoft.KeyVault/vaults/reader'],
    ['Microsoft.KeyVault/vaults/*', 'Microsoft.KeyVault/vault/read'],
    ['*/read', 'Microsoft.KeyVault/vaults/write'],
    ['*/read', 'read'],
    ['a*a', 'a'],
    ['ab*ba', 'aba'],
    ['Microsoft.Authorization/*/Write', 'Microsoft.Authorization/roleAssignments/delete'],
    ['Microsoft.KeyVault/vaults/secrets/*', 'Microsoft.KeyVault/vaults/secretsets/read'],
    ['Microsoft.KeyVault.vaults/read', 'MicrosoftxKeyVaultxvaults/read'],
    ['a/*/b', 'ab'],
  ])('%s does not match %s', (pattern, action) => {
    expect(matches(pattern, action)).toBe(false);
  });

  it.each([
    ['*', 'Microsoft.KeyVault/vaults/write'],
    ['*/read', 'Microsoft.KeyVault/vaults/read'],
    ['microsoft.keyvault/VAULTS/*', 'Microsoft.KeyVault/vaults/secrets/getSecret/action'],
    ['Microsoft.Authorization/*/Write', 'Microsoft.Authorization/roleAssignments/write'],
    ['Microsoft.ManagedIdentity/userAssignedIdentities/*/assign/action', 'Microsoft.ManagedIdentity/userAssignedIdentities/assign/action'],
    ['Microsoft.ManagedIdentity/userAssignedIdentities/*/read', 'Microsoft.ManagedIdentity/userAssignedIdentities/read'],
    ['a*b*c', 'axbxbxc'],
    ['*b', 'bab'],
  ])('%s matches %s', (pattern, action) => {
    expect(matches(pattern, action)).toBe(true);
  });

  const segment = fc.stringMatching(/^[a-c]{1,3}$/);
  const action = fc.array(segment, { minLength: 1, maxLength: 5 }).map((parts) => parts.join('/'));

  it('agree with a regular expression that says the same', () => {
    const piece = fc.oneof({ weight: 3, arbitrary: segment }, fc.constant('*'), fc.constant('a*'), fc.constant('*b*'));
    const pattern = fc.array(piece, { minLength: 1, maxLength: 5 }).map((parts) => parts.join('/'));
    fc.assert(
      fc.property(pattern, action, (given, asked) => {
        const exact = new RegExp(`^${given.replaceAll('*', '.*')}$`);
        const shorter = new RegExp(`^${given.replaceAll('/*/', '/').replaceAll('*', '.*')}$`);
        expect(matches(given, asked)).toBe(exact.test(asked) || shorter.test(asked));
      }),
      { numRuns: 500 },
    );
  });

  it('match themselves, in any case, and under a star', () => {
    fc.assert(
      fc.property(action, (asked) => {
        expect(matches(asked.toUpperCase(), asked)).toBe(true);
        expect(matches('*', asked)).toBe(true);
        expect(matches(`${asked}/*`, `${asked}/x`)).toBe(true);
      }),
    );
  });
});

describe('roles', () => {
  const role = compileRole({
    id: 'r',
    roleName: 'r',
    description: '',
    permissions: [{ actions: ['a/*'], notActions: ['a/write'], dataActions: ['d/*'], notDataActions: ['d/secret'] }],
  });

  it('take away what notActions name, and only on their own plane', () => {
    expect(role.allows('a/write', 'control')).toBe(false);
    expect(role.allows('d/secret', 'data')).toBe(false);
  });

  it('keep the planes apart', () => {
    expect(role.allows('a/read', 'data')).toBe(false);
    expect(role.allows('d/read', 'control')).toBe(false);
  });

  it('allow the rest, the first time and from memory', () => {
    expect([role.allows('a/read', 'control'), role.allows('a/read', 'control'), role.allows('d/x', 'data')]).toEqual([true, true, true]);
  });
});
