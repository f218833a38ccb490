import { isObject } from '@podpass/kernel';
import { errorAnswer } from '../endpoints/writer.ts';
import type { AadstsError } from '../errors.ts';
import type { Visit } from './visit.ts';

/** What an error is called on pages and in answers to applications: the same words that the JSON writer uses. */
export const describeError = (
  { services: { clock, names }, exchange }: Pick<Visit, 'services' | 'exchange'>,
  error: AadstsError,
): { readonly description: string; readonly uri: string } => {
  const { body } = errorAnswer(error, exchange, { clock, authority: names.authority });
  const { error_description: description, error_uri: uri }: Record<string, unknown> = isObject(body) ? body : {};
  return { description: String(description), uri: String(uri) };
};
