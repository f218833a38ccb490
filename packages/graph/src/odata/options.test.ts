import { describe, expect, it } from 'vitest';
import { GraphError } from '../errors.ts';
import { listOptions, objectOptions, parseOptions } from './options.ts';
import { createPageTokens } from './page-tokens.ts';

const parse = (query: string, { headers = {}, allowed = listOptions } = {}) =>
  parseOptions({ query: new URLSearchParams(query), headers }, allowed);

describe('parseOptions', () => {
  it.each([
    '$skip=1',
    '$format=xml',
    '$apply=x',
    '$deltatoken=x',
    '$select=',
    '$select=a,,b',
    '$select=a b',
    '$select=a&$select=b',
    '$top=0',
    '$top=1000',
    '$top=1e2',
    '$top=-1',
    '$top=',
    '$count=yes',
    '$orderby=',
    '$orderby=a down',
    '$orderby=a;drop',
    '$expand=',
    '$expand=members($expand=owners)',
    '$expand=members($select=a',
    '$expand=,members',
    '$search=displayName:x',
    '$search="displayName"',
    '$search="displayName:a" NOT "displayName:b"',
    '$search="displayName:a" AND',
    `$select=${'a,'.repeat(2000)}a`,
  ])('refuses %s', (query) => {
    expect(() => parse(query)).toThrow(GraphError);
  });

  it('refuses what the operation does not know', () => {
    expect(() => parse('$filter=a eq 1', { allowed: objectOptions })).toThrow(GraphError);
    expect(() => parse('$select=id', { allowed: [] })).toThrow(GraphError);
  });

  it('reads the options', () => {
    const query = '$select=id, displayName&$expand=members($select=id),owners&$top=7&$orderby=displayName desc,id&$count=true&client=x';
    expect(parse(query, { headers: { consistencylevel: 'Eventual' } })).toEqual({
      filter: undefined,
      select: ['id', 'displayName'],
      expand: [
        { name: 'members', select: ['id'] },
        { name: 'owners', select: undefined },
      ],
      top: 7,
      orderBy: [
        { property: 'displayName', descending: true },
        { property: 'id', descending: false },
      ],
      search: undefined,
      count: true,
      skipToken: undefined,
      eventual: true,
    });
    expect(parse('')).toMatchObject({ top: 100, eventual: false, count: false });
    expect(parse('$search="displayName:a \\"b" AND "mail:c" OR "mail:d"').search).toEqual([
      [
        { property: 'displayName', text: 'a "b' },
        { property: 'mail', text: 'c' },
      ],
      [{ property: 'mail', text: 'd' }],
    ]);
  });
});

describe('page tokens', () => {
  const tokens = createPageTokens();
  const token = tokens.write('users of a', { after: 'x' });

  it.each([
    ['for another query', 'users of b', token],
    ['of another process', 'users of a', createPageTokens().write('users of a', { after: 'x' })],
    ['that is empty', 'users of a', ''],
    ['that is an id', 'users of a', 'x'],
    ['that was changed', 'users of a', `${token.slice(0, -2)}AA`],
    ['that was cut', 'users of a', token.slice(0, 20)],
    ['that was made by hand', 'users of a', Buffer.from(`${'\0'.repeat(16)}{"after":"y"}`).toString('base64url')],
  ])('refuses a token %s', (_what, subject, sent) => {
    expect(() => tokens.read(subject, sent)).toThrow(GraphError);
  });

  it('reads its own', () => {
    expect(tokens.read('users of a', token)).toEqual({ after: 'x' });
  });
});
