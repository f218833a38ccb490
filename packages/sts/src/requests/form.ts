import { AadstsError } from '../errors.ts';
import { formLimits } from '../wire.ts';

/** The parameters of a token request. Empty values count as absent (RFC 6749, 3.2). */
export interface Form {
  get(name: string): string | undefined;
  /** The value, or AADSTS900144 naming the parameter. */
  require(name: string): string;
}

const formType = /^application\/x-www-form-urlencoded\s*(;|$)/i;

/**
 * Parses a form body. A body of another content type has no parameters, as for Entra. Throws AADSTS9002313 for too many
 * fields, a repeated parameter (RFC 6749, 3.2) or text that is not UTF-8.
 */
export const parseForm = (body: Buffer, contentType: string | undefined): Form => {
  const values = formType.test(contentType ?? '') ? fieldsOf(body) : new Map<string, string>();
  const get = (name: string) => values.get(name);
  return {
    get,
    require(name) {
      const value = get(name);
      if (value === undefined) throw new AadstsError(900144, { data: { parameter: name } });
      return value;
    },
  };
};

const utf8 = new TextDecoder('utf-8', { fatal: true });

const fieldsOf = (body: Buffer): Map<string, string> => {
  const values = new Map<string, string>();
  const seen = new Set<string>();
  for (const [name, value] of new URLSearchParams(decode(body))) {
    if (seen.has(name)) throw new AadstsError(9002313, { hint: 'A parameter appears more than once.' });
    seen.add(name);
    if (seen.size > formLimits.fields) throw new AadstsError(9002313, { hint: 'The request has too many parameters.' });
    if (value !== '') values.set(name, value);
  }
  return values;
};

const decode = (body: Buffer): string => {
  try {
    return utf8.decode(body);
  } catch {
    throw new AadstsError(9002313);
  }
};
