import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AadstsError } from '../errors.ts';
import { parseClientScope, parseUserScope, resourceOfDefault } from './scope.ts';

const graph = 'https://graph.microsoft.com';
const codeOf = (run: () => unknown) => {
  try {
    run();
    return 0;
  } catch (thrown) {
    return thrown instanceof AadstsError ? thrown.code : -1;
  }
};

describe('parseClientScope', () => {
  it.each([
    '',
    ' ',
    '/.default',
    '.default',
    'https://a',
    'https://a/.Default',
    'https://a/.default/',
    'https://a/.default https://b/.default',
    'a\tb/.default',
    'a"b/.default',
  ])('refuses %j', (scope) => {
    expect(codeOf(() => parseClientScope(scope))).toBe(1002012);
  });

  it.each([
    ['https://management.core.windows.net//.default', 'https://management.core.windows.net/'],
    ['https://vault.azure.net/.default', 'https://vault.azure.net'],
    [' https://vault.azure.net/.default ', 'https://vault.azure.net'],
    ['api://a/b/.default', 'api://a/b'],
  ])('%s names %s', (scope, resource) => {
    expect(parseClientScope(scope)).toBe(resource);
  });

  it('gives back every resource that has no blanks or quotes, to the character', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[!#-[\]-~]{1,80}$/), (resource) => {
        expect(resourceOfDefault(`${resource}/.default`)).toBe(resource);
      }),
    );
  });
});

describe('parseUserScope', () => {
  it.each([
    ['https://a/.default https://b/.default', 28000],
    ['https://a/.default User.Read', 28000],
    ['https://a/.default https://a//.default', 28000],
    ['https://a/', 70011],
    ['/x', 70011],
    ['a\\b', 70011],
    [Array.from({ length: 51 }, (_, index) => `https://a/s${index}`).join(' '), 70011],
  ])('refuses %j', (scope, code) => {
    expect(codeOf(() => parseUserScope(scope, graph))).toBe(code);
  });

  it.each([
    ['openid profile', { resource: undefined, names: [], sent: [], openId: ['openid', 'profile'] }],
    [
      'profile https://a//.default offline_access',
      { resource: 'https://a/', names: [], sent: ['https://a//.default'], openId: ['profile', 'offline_access'] },
    ],
    ['User.Read Mail.Read', { resource: graph, names: ['User.Read', 'Mail.Read'], sent: ['User.Read', 'Mail.Read'], openId: [] }],
    ['https://a/x https://a/y', { resource: 'https://a', names: ['x', 'y'] }],
    ['https://a/x https://a/.default', { resource: 'https://a', names: [] }],
  ])('takes %j apart', (scope, expected) => {
    expect(parseUserScope(scope, graph)).toMatchObject(expected);
  });

  it('never throws anything but its two errors, and loses no part', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), (scope) => {
        const parts = scope.split(' ').filter(Boolean).toSorted();
        const code = codeOf(() => {
          const { sent, openId } = parseUserScope(scope, graph);
          if (JSON.stringify([...sent, ...openId].toSorted()) !== JSON.stringify(parts)) throw new Error('a part was lost');
        });
        expect([0, 28000, 70011]).toContain(code);
      }),
    );
  });
});
