import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readBody } from './body.ts';
import { GraphError } from './errors.ts';
import { createRouteFinder } from './find-route.ts';
import type { Route } from './operation.ts';
import { segmentsOf } from './path.ts';
import { routes } from './routes.ts';

const split = (path: string) => segmentsOf(path.split('/'));
const find = createRouteFinder(routes);
const outcome = (run: () => unknown) => {
  try {
    run();
    return 'fine';
  } catch (thrown) {
    return thrown instanceof GraphError ? 'refused' : 'broken';
  }
};

describe('paths', () => {
  it.each(['users//x', '/users', "users('')", 'users/%zz', 'users/%00%ff', `users/${'x'.repeat(2000)}`])('refuses %s', (path) => {
    expect(() => split(path)).toThrow(GraphError);
  });

  it.each([
    ['users', [{ text: 'users' }]],
    ['users/', [{ text: 'users' }]],
    ['users/a%40b', [{ text: 'users' }, { text: 'a@b' }]],
    ["users('a''b')/memberOf", [{ text: 'users' }, { text: "a'b", key: true }, { text: 'memberOf' }]],
    ["users('$a')", [{ text: 'users' }, { text: '$a', key: true }]],
    ["users('a/b')".replace('/', '%2F'), [{ text: 'users' }, { text: 'a/b', key: true }]],
    ["applications(appId='x')", [{ text: 'applications' }, { text: 'x', key: true, name: 'appId' }]],
    ['users(7)', [{ text: 'users' }, { text: '7', key: true }]],
    ["users('a'b')", [{ text: "users('a'b')" }]],
  ])('reads %s', (path, expected) => {
    expect(split(path)).toEqual(expected);
  });

  it('prefers literal segments to keys, and takes keys in parentheses for keys', () => {
    expect(find('POST', '/v1.0/directoryObjects/getByIds').route.path).toBe('directoryObjects/getByIds');
    expect(find('GET', '/V1.0/USERS/$COUNT').route.path).toBe('users/$count');
    expect(find('GET', "/v1.0/users('$count')").route.path).toBe('users/{id}');
    expect(find('GET', "/v1.0/users('x')/memberOf").keys).toEqual({ id: { text: 'x', key: true } });
    expect(() => find('GET', '/v1.0/users/$value')).toThrow(GraphError);
    expect(() => find('GET', "/v1.0/users/x('memberOf')")).toThrow(GraphError);
  });

  it('every route finds itself', () => {
    const filled = ({ path }: Route) => `/v1.0/${path.replaceAll(/\{\w+\}/g, 'k')}`;
    for (const route of routes) expect(find(route.method, filled(route)).route).toBe(route);
  });

  it('throws nothing but its own error', () => {
    const piece = fc.constantFrom('users', 'me', '$batch', "('x')", '(', ')', "'", '%', '%27', '/', 'v1.0', 'groups', '$ref', '..');
    fc.assert(
      fc.property(fc.string({ maxLength: 300 }), (text) => {
        expect(outcome(() => find('GET', `/v1.0/${text}`))).not.toBe('broken');
      }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        expect(outcome(() => find('GET', `/v1.0/${pieces.join('')}`))).not.toBe('broken');
      }),
    );
  });
});

describe('bodies', () => {
  const read = (text: string) => readBody({ body: Buffer.from(text) });

  it('are objects, whatever JSON there is', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
        expect(outcome(() => read(JSON.stringify(value)))).not.toBe('broken');
      }),
    );
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(outcome(() => read(text))).not.toBe('broken');
      }),
    );
  });

  it('may hold brackets in texts, but not nest without end', () => {
    expect(read(JSON.stringify({ a: '[[[[[[[[[[[[[[[["\\"' }))).toEqual({ a: '[[[[[[[[[[[[[[[["\\"' });
    expect(outcome(() => read(`{"a":${'['.repeat(100_000)}`))).toBe('refused');
  });
});
