import { isObject, parseJson } from '@podpass/kernel';
import type { Exchange } from '@podpass/http';
import { GraphError } from './errors.ts';

export type JsonBody = Readonly<Record<string, unknown>>;

/** Levels of nesting of a body. */
const deepest = 12;

/** The JSON object that a request carries; its size was bounded by the listener. Throws the 400 for anything else. */
export const readBody = ({ body }: Pick<Exchange, 'body'>): JsonBody => {
  const text = body.toString('utf8');
  const parsed = nestsTooDeeply(text) ? undefined : parseJson(text);
  if (!isObject(parsed)) throw new GraphError('badBody');
  return parsed;
};

/** Like `readBody`; no body at all is an empty object: for actions whose parameters are all optional. */
export const readOptionalBody = (exchange: Pick<Exchange, 'body'>): JsonBody =>
  exchange.body.toString('utf8').trim() === '' ? {} : readBody(exchange);

const nestsTooDeeply = (text: string): boolean => {
  let [depth, quoted] = [0, false];
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (quoted && character === '\\') at += 1;
    else if (character === '"') quoted = !quoted;
    else if (!quoted && (character === '{' || character === '[')) depth += 1;
    else if (!quoted && (character === '}' || character === ']')) depth -= 1;
    if (depth > deepest) return true;
  }
  return false;
};
