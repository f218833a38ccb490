import { isDeepStrictEqual } from 'node:util';
import { claimsOf } from '../wire/azure.ts';
import type { MatrixRow } from './rows.ts';
import type { RowResult } from './run-program.ts';

/** What is wrong with a row's result, in words; undefined when it is as expected. Never holds a token. */
export const difference = ({ input, expected }: MatrixRow, { token, error }: RowResult, tenantId: string): string | undefined => {
  if ('error' in expected) {
    if (token !== undefined) return `${input.id}: got a token`;
    const texts = typeof expected.error === 'string' ? [expected.error] : expected.error;
    return texts.some((text) => error?.toLowerCase().includes(text.toLowerCase())) ? undefined : `${input.id}: ${error ?? 'silence'}`;
  }
  if (token === undefined) return `${input.id}: ${error ?? 'silence'}`;
  const claims = claimsOf(token);
  const unlike = Object.entries({ tid: tenantId, ...expected.claims }).filter(([name, value]) => !isDeepStrictEqual(claims[name], value));
  return unlike.length === 0 ? undefined : `${input.id}: ${unlike.map(([name]) => `${name} is ${String(claims[name])}`).join(', ')}`;
};
