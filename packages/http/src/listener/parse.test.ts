import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { authorityParser, parseAuthority } from './authority.ts';
import { parseTarget } from './target.ts';

describe('authorities', () => {
  it.each([
    '',
    ' ',
    'a b',
    'a:',
    'a:0',
    'a:65536',
    'a:1x',
    'a:-1',
    'user@a',
    'a/b',
    '[::1',
    '::1',
    '[::1]x',
    'a,b',
    'ä.test',
    'a\r\nb',
    `${'a'.repeat(254)}`,
  ])('%j is none', (text) => expect(parseAuthority(text)).toBeUndefined());

  it.each([
    ['A.Test', { host: 'a.test', authority: 'A.Test', port: 443 }],
    ['a.test:443', { host: 'a.test', authority: 'a.test', port: 443 }],
    ['a.test:8443', { host: 'a.test', authority: 'a.test:8443', port: 8443 }],
    ['[::1]:443', { host: '::1', authority: '[::1]', port: 443 }],
    ['127.0.0.1:10250', { host: '127.0.0.1', authority: '127.0.0.1:10250', port: 10250 }],
  ])('%s', (text, expected) => expect(parseAuthority(text)).toEqual(expected));

  it('is the same when remembered', () => {
    const parse = authorityParser(2);
    const property = fc.property(fc.oneof(fc.string(), fc.domain()), (text) => {
      expect(parse(text)).toEqual(parseAuthority(text));
    });
    expect(() => fc.assert(property)).not.toThrow();
  });
});

describe('targets', () => {
  it.each(['', 'a', 'ftp://a/b', '?x', 'a.test:443', '*/a', '**'])('%j is none', (text) =>
    expect(parseTarget(text, 'OPTIONS')).toBeUndefined(),
  );
  it.each(['GET', 'POST', 'options', undefined])('* is none for %s', (method) => expect(parseTarget('*', method)).toBeUndefined());
  it.each([
    ['/a?b?c', { path: '/a', query: 'b?c' }],
    ['*', { path: '*', query: '' }],
    ['HTTP://a.test:80?x', { path: '/', query: 'x', authority: 'a.test:80' }],
    ['https://a.test/%zz', { path: '/%zz', query: '', authority: 'a.test' }],
  ])('%s', (text, expected) => expect(parseTarget(text, 'OPTIONS')).toEqual(expected));

  it('loses nothing of an origin form', () => {
    const property = fc.property(fc.string(), (rest) => {
      const target = parseTarget(`/${rest}`, 'GET');
      expect(`${target?.path}${rest.includes('?') ? '?' : ''}${target?.query}`).toBe(`/${rest}`);
    });
    expect(() => fc.assert(property)).not.toThrow();
  });
});
