import { operationsOf, type Method, type OperationDefinition, type ProviderDefinition } from '../provider.ts';

/** Every operation of the providers with a concrete path, for tests that must reach each of them. */
export const operationTargets = (
  providers: readonly ProviderDefinition[],
  home: string,
): readonly { readonly operation: OperationDefinition; readonly method: Method; readonly path: string }[] =>
  providers.flatMap(operationsOf).map((operation) => ({
    operation,
    method: operation.method,
    path: operation.path
      .replace('{scope}', home.slice(1))
      .replace('/subscriptions/{subscriptionId}', home)
      .replaceAll(/\{\w+\}/g, 'name1'),
  }));
