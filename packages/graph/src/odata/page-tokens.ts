import { createHmac, timingSafeEqual } from 'node:crypto';
import { isObject, parseJson, randomOctets } from '@podpass/kernel';
import { GraphError } from '../errors.ts';
import { tokenLimit } from '../wire.ts';

/** Where a list goes on. */
export interface PagePosition {
  /** Id of the last object that was looked at. */
  readonly after: string;
  /** What an ordered list compares of that object, as it was then. */
  readonly keys?: readonly string[];
}

/**
 * Writes and reads `$skiptoken`. A token is bound to the query that it continues (`subject`: tenant, path and options) and sealed with a key of
 * this process: nobody can make one, or use one for another query. Tokens end with the process.
 */
export interface PageTokens {
  readonly write: (subject: string, position: PagePosition) => string;
  /** Throws the 400 for a token that was not written for this subject. */
  readonly read: (subject: string, token: string) => PagePosition;
}

const sealLength = 16;

export const createPageTokens = (key: Buffer = randomOctets(32)): PageTokens => {
  const seal = (subject: string, content: Buffer): Buffer =>
    createHmac('sha256', key)
      .update(`${Buffer.byteLength(subject)}:${subject}`)
      .update(content)
      .digest()
      .subarray(0, sealLength);
  return {
    write(subject, { after, keys }) {
      const content = Buffer.from(JSON.stringify({ after, keys }));
      return Buffer.concat([seal(subject, content), content]).toString('base64url');
    },
    read(subject, token) {
      const bytes = Buffer.from(token.slice(0, tokenLimit), 'base64url');
      const content = bytes.subarray(sealLength);
      const sealed = bytes.length > sealLength && timingSafeEqual(bytes.subarray(0, sealLength), seal(subject, content));
      const position = sealed ? parseJson(content.toString('utf8')) : undefined;
      if (!isObject(position) || typeof position['after'] !== 'string') throw new GraphError('badPageToken');
      const { after, keys } = position;
      return Array.isArray(keys) ? { after, keys: keys.map(String) } : { after };
    },
  };
};
