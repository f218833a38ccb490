import { describe, expect, it } from 'vitest';
import { mergeProviders } from './merge-providers.ts';
import type { ArmServices, ProviderDefinition } from './provider.ts';

const provider = (namespace: string, type: string, recover?: ProviderDefinition['recover']): ProviderDefinition => ({
  namespace,
  types: [{ type, apiVersions: [], regional: false, operations: [] }],
  ...(recover === undefined ? {} : { recover }),
});

describe('providers of one namespace', () => {
  it('become one, in any case and in the order of first appearance', () => {
    const merged = mergeProviders([provider('Microsoft.A', 'x'), provider('Microsoft.B', 'y'), provider('microsoft.a', 'z')]);
    expect(merged.map(({ namespace, types }) => [namespace, types.map(({ type }) => type)])).toEqual([
      ['Microsoft.A', ['x', 'z']],
      ['Microsoft.B', ['y']],
    ]);
  });

  it('all recover, one after the other', async () => {
    const order: string[] = [];
    const merged = mergeProviders([
      provider('A', 'x', async () => void order.push('x')),
      provider('A', 'y'),
      provider('A', 'z', async () => void order.push('z')),
    ]);
    await merged[0]?.recover?.({} as ArmServices);
    expect(order).toEqual(['x', 'z']);
  });
});
