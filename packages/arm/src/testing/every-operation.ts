import { operationsOf, type ProviderDefinition } from '../provider.ts';
import type { TestArm } from './harness.ts';

export interface OperationOutcome {
  readonly name: string;
  readonly status: number;
  /** Code of the error; undefined when there was none. */
  readonly code: string | undefined;
}

/** Calls every operation of the providers once, with placeholders filled in, as the caller with this object id. */
export const callEveryOperation = async (
  test: TestArm,
  providers: readonly ProviderDefinition[],
  as: string | null,
): Promise<readonly OperationOutcome[]> => {
  const outcomes: OperationOutcome[] = [];
  for (const { name, method, path } of providers.flatMap(operationsOf)) {
    const concrete = path
      .replace('{scope}', test.home)
      .replace('/subscriptions/{subscriptionId}', test.home)
      .replaceAll(/\{\w+\}/g, 'name1');
    const answer = await test.call(method, concrete, undefined, { as });
    const code = answer.at('error', 'code');
    outcomes.push({ name, status: answer.status, code: typeof code === 'string' ? code : undefined });
  }
  return outcomes;
};
