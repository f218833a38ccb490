import type { Exchange } from '@podpass/http';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { catalogue, Refusal } from '../errors.ts';
import { nextLink, pageRequest } from './query.ts';
import { matchRoute } from './routes.ts';
import { readNewSecret, readSecretChange } from './secret-body.ts';

const exchange = (url: string): Exchange => {
  const { host, pathname, searchParams } = new URL(url);
  return {
    id: '1',
    method: 'GET',
    host: host.split(':')[0] ?? '',
    authority: host,
    path: pathname,
    query: searchParams,
    headers: {},
    body: Buffer.alloc(0),
    peer: { address: '::1', certificate: undefined },
    signal: new AbortController().signal,
  };
};
/** Runs and tells whether nothing but a refusal was thrown. */
const refusesAtMost = (run: () => unknown): boolean => {
  try {
    run();
    return true;
  } catch (thrown) {
    return thrown instanceof Refusal && catalogue[thrown.kind].status === 400;
  }
};
const name = fc.stringMatching(/^[0-9a-zA-Z-]{1,127}$/);
const words = fc.constantFrom('secrets', 'deletedsecrets', 'keys', 'versions', 'recover', 'n', '', '%', '%2F', '..', 'a'.repeat(32));

describe('parsers of requests', () => {
  it('match or refuse any path', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('GET', 'PUT', 'POST', 'PATCH', 'DELETE', 'X'),
        fc.array(fc.oneof(words, fc.string())),
        (method, parts) => {
          expect(refusesAtMost(() => matchRoute(method, `/${parts.join('/')}`))).toBe(true);
        },
      ),
    );
  });

  it('find every well-formed name, in any spelling of the collection', () => {
    fc.assert(
      fc.property(name, fc.constantFrom('secrets', 'Secrets', 'SECRETS'), fc.constantFrom('', '/'), (secret, collection, slash) => {
        expect(matchRoute('GET', `/${collection}/${secret}${slash}`)).toMatchObject({
          row: { operation: 'getSecret' },
          name: secret,
          version: undefined,
        });
      }),
    );
  });

  it('read or refuse any body', () => {
    const body = fc.oneof(
      fc.uint8Array(),
      fc.json().map((text) => Buffer.from(text)),
      fc
        .record(
          { value: fc.jsonValue(), tags: fc.jsonValue(), attributes: fc.jsonValue(), contentType: fc.jsonValue() },
          { requiredKeys: [] },
        )
        .map((value) => Buffer.from(JSON.stringify(value))),
    );
    fc.assert(
      fc.property(body, (bytes) => {
        for (const read of [readNewSecret, readSecretChange]) expect(refusesAtMost(() => read(Buffer.from(bytes)))).toBe(true);
      }),
    );
  });

  it('follow their own next links', () => {
    fc.assert(
      fc.property(name, fc.integer({ min: 1, max: 25 }), fc.constantFrom('kv.test', 'kv.test:8443'), (next, limit, authority) => {
        const link = nextLink(exchange(`https://${authority}/secrets`), '7.4', { next, limit });
        expect(pageRequest(exchange(link ?? ''))).toEqual({ limit, after: next });
        expect(link).toMatch(authority.includes(':') ? /^https:\/\/kv\.test:8443\// : /^https:\/\/kv\.test:443\//);
      }),
    );
  });
});
