import { createHash } from 'node:crypto';
import type { Answer } from '@podpass/http';
import type { Exchange } from '@podpass/http';

/** A document that never changes while the process runs. */
export interface CachedDocument {
  readonly body: string | Buffer;
  readonly etag: string;
}

/** A document of bytes as they are, or of a value as JSON. */
export const cachedDocument = (value: object): CachedDocument => {
  const body = Buffer.isBuffer(value) ? value : JSON.stringify(value);
  return { body, etag: `"${createHash('sha256').update(body).digest('hex').toUpperCase().slice(0, 32)}"` };
};

/** Answers a document, or 304 when the client has it already. */
export const answerCached = (
  exchange: Exchange,
  document: CachedDocument,
  headers: { readonly type: string; readonly cacheControl: string },
): Answer => {
  const common = { ETag: document.etag, Vary: 'Accept', 'Cache-Control': headers.cacheControl };
  const known = (exchange.headers['if-none-match'] ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  if (known.includes(document.etag)) return { status: 304, headers: common };
  return { status: 200, headers: { ...common, 'Content-Type': headers.type }, body: document.body };
};
