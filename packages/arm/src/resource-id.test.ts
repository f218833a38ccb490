import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatId, idKey, outermost, parseId, typeOf, type ParsedId } from './resource-id.ts';

describe('resource ids', () => {
  it.each([
    'subscriptions/s',
    '/subscriptions',
    '//',
    '/elsewhere',
    '/subscriptions/s/resourceGroups',
    '/subscriptions/s/resourceGroups/g/vaults/v',
    '/subscriptions/s/resourceGroups/g/providers/N',
    '/subscriptions/s/resourceGroups/g/providers/N/t',
    '/subscriptions/s/resourceGroups/g/providers/N/t/n/u',
    '/subscriptions/s/resourceGroups//providers/N/t/n',
    `/subscriptions/${'x'.repeat(261)}`,
    `/${'a/'.repeat(3000)}`,
  ])('do not look like %s', (text) => {
    expect(parseId(text)).toBeUndefined();
  });

  it('name management groups as such', () => {
    expect(parseId('/providers/Microsoft.Management/managementGroups/mg')).toEqual({ kind: 'management-group', name: 'mg' });
  });

  it('of a secret end in the vault as outermost resource', () => {
    const id = parseId('/subscriptions/s/resourcegroups/g/providers/Microsoft.KeyVault/vaults/v/secrets/x');
    if (id?.kind !== 'resource') throw new Error('not a resource');
    expect(typeOf(id)).toBe('Microsoft.KeyVault/vaults/secrets');
    expect(formatId(outermost(id))).toBe('/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/v');
  });

  const word = fc.stringMatching(/^[A-Za-z0-9_.-]{1,12}$/);
  const path = fc.array(fc.record({ type: word, name: word }), { minLength: 1, maxLength: 4 });
  const anyId: fc.Arbitrary<ParsedId> = fc.oneof(
    fc.constant({ kind: 'root' as const }),
    word.map((subscriptionId) => ({ kind: 'subscription' as const, subscriptionId })),
    fc.tuple(word, word).map(([subscriptionId, group]) => ({ kind: 'group' as const, subscriptionId, group })),
    fc.tuple(word, word, word, path).map(([subscriptionId, group, namespace, levels]) => ({
      kind: 'resource' as const,
      subscriptionId,
      group,
      namespace,
      path: levels,
    })),
    fc.tuple(word, word, path).map(([subscriptionId, namespace, levels]) => ({
      kind: 'resource' as const,
      subscriptionId,
      group: undefined,
      namespace,
      path: levels,
    })),
  );

  it('are read as they are written, in any case', () => {
    fc.assert(
      fc.property(anyId, (id) => {
        expect(parseId(formatId(id))).toEqual(id);
        const shouted = parseId(formatId(id).toUpperCase());
        expect(shouted && idKey(formatId(shouted))).toBe(idKey(formatId(id)));
      }),
    );
  });

  it('of any text are read without a crash', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(['undefined', 'object']).toContain(typeof parseId(text));
      }),
    );
  });
});
