import { isObject, parseJson } from '@podpass/kernel';
import { AcquireError, type NmiToken } from './types.ts';

/** Members come as strings from the metadata service and as either from the token service. */
const textOf = (value: unknown): string => (typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '');

/** Reads the answer of the metadata service or the token service. Throws AcquireError `unavailable` when it holds no token. */
export const readToken = (body: string, resource: string): { readonly token: NmiToken; readonly clientId: string } => {
  const answer = parseJson(body);
  if (!isObject(answer) || typeof answer['access_token'] !== 'string' || answer['access_token'] === '')
    throw new AcquireError('unavailable', 'failed to refresh token, error: the answer holds no token');
  return {
    token: {
      access_token: answer['access_token'],
      refresh_token: '',
      expires_in: textOf(answer['expires_in']),
      expires_on: textOf(answer['expires_on']),
      not_before: textOf(answer['not_before']),
      resource: textOf(answer['resource']) || resource,
      token_type: textOf(answer['token_type']) || 'Bearer',
    },
    clientId: textOf(answer['client_id']),
  };
};
