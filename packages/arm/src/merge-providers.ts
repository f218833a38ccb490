import type { ArmServices, ProviderDefinition } from './provider.ts';

const merge = (providers: readonly ProviderDefinition[]): ProviderDefinition | undefined => {
  const [first] = providers;
  if (first === undefined || providers.length === 1) return first;
  const recoveries = providers.flatMap((provider) => provider.recover ?? []);
  return {
    namespace: first.namespace,
    types: providers.flatMap((provider) => provider.types),
    recover: async (arm: ArmServices) => {
      for (const recover of recoveries) await recover(arm);
    },
  };
};

/**
 * One provider for each namespace: packages may share one, as roles and policies share Microsoft.Authorization, but
 * clients see a namespace once. The order of first appearance stays.
 */
export const mergeProviders = (providers: readonly ProviderDefinition[]): readonly ProviderDefinition[] => {
  const namespaces = new Set(providers.map((provider) => provider.namespace.toLowerCase()));
  return [...namespaces].flatMap(
    (namespace) => merge(providers.filter((provider) => provider.namespace.toLowerCase() === namespace)) ?? [],
  );
};
