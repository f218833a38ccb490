import { isObject } from '@podpass/kernel';
import { AadstsError } from '../errors.ts';
import type { TokenRequest } from './token-request.ts';

/**
 * Whether the `claims` parameter asks for the time of the sign-in in the ID token (OpenID Connect Core, 5.5); everything else in it is
 * optional to heed and ignored. Throws AADSTS9002313 when it is no JSON object.
 */
export const asksAuthTime = ({ form }: Pick<TokenRequest, 'form'>): boolean => {
  const text = form.get('claims');
  if (text === undefined) return false;
  const asked = parse(text);
  if (!isObject(asked)) throw new AadstsError(9002313, { hint: "The parameter 'claims' is not a JSON object." });
  return isObject(asked['id_token']) && Object.hasOwn(asked['id_token'], 'auth_time');
};

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
