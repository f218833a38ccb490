import type { Answer } from '../types.ts';
import { jsonType, textType } from '../wire.ts';

/** An answer without a stream, ready for the wire. */
export interface Encoded {
  readonly status: number;
  readonly headers: Record<string, string | number>;
  readonly body: string | Buffer | undefined;
}

/** Statuses that never have a body (RFC 9110 sections 15.2, 15.3.5, 15.4.5). */
const isBodyless = (status: number): boolean => status < 200 || status === 204 || status === 304;

/** Serialises the body once and adds Content-Type (unless given) and Content-Length. */
export const encodeAnswer = (answer: Answer): Encoded => {
  const headers: Record<string, string | number> = {};
  let typed = false;
  for (const name in answer.headers) {
    const value = answer.headers[name];
    if (value === undefined) continue;
    headers[name] = value;
    typed ||= name.length === 12 && name.toLowerCase() === 'content-type';
  }
  const { status } = answer;
  if (answer.stream !== undefined || isBodyless(status)) return { status, headers, body: undefined };
  const given = answer.body;
  if (given === undefined) {
    headers['content-length'] = 0;
    return { status, headers, body: undefined };
  }
  const plain = typeof given === 'string' || Buffer.isBuffer(given);
  const body = plain ? given : JSON.stringify(given);
  if (!typed && !Buffer.isBuffer(given)) headers['content-type'] = plain ? textType : jsonType;
  headers['content-length'] = Buffer.byteLength(body);
  return { status, headers, body };
};
