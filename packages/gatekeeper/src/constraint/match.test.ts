import { describe, expect, it } from 'vitest';
import { PolicyError } from '../template/problem.ts';
import { globMatches, readMatch, type Candidate } from './match.ts';

const candidate = (change: Partial<Candidate> = {}): Candidate => ({
  group: '',
  kind: 'Pod',
  namespace: 'ns',
  name: 'web',
  generateName: '',
  labels: [{ app: 'a' }],
  namespaceLabels: { team: 'x' },
  ...change,
});

describe('a match that cannot be read', () => {
  it.each([
    [[]],
    [1],
    [{ kinds: {} }],
    [{ kinds: [1] }],
    [{ kinds: [{ kinds: 'Pod' }] }],
    [{ scope: 'namespaced' }],
    [{ namespaces: 'a' }],
    [{ excludedNamespaces: [1] }],
    [{ name: 1 }],
    [{ source: 'Some' }],
    [{ excluded: [] }],
    [{ labelSelector: [] }],
    [{ labelSelector: { labels: {} } }],
    [{ labelSelector: { matchLabels: { a: 1 } } }],
    [{ labelSelector: { matchExpressions: [{ key: 'a', operator: 'Gt', values: ['1'] }] } }],
    [{ labelSelector: { matchExpressions: [{ key: 'a', operator: 'In' }] } }],
    [{ namespaceSelector: { matchExpressions: [{ key: '', operator: 'Exists' }] } }],
    [{ namespaceSelector: { matchExpressions: [{ key: 'a', operator: 'Exists', values: ['b'] }] } }],
  ])('%j', (match) => {
    expect(() => readMatch(match)).toThrow(PolicyError);
  });
});

describe('a match', () => {
  const pods = [{ apiGroups: [''], kinds: ['Pod'] }];
  const namespace = { kind: 'Namespace', namespace: '', name: 'ns', namespaceLabels: undefined, labels: [{ team: 'x' }] };
  const cluster = { kind: 'Node', namespace: '', namespaceLabels: undefined };
  it.each<[object | undefined, Partial<Candidate>, boolean]>([
    [undefined, {}, true],
    [{}, cluster, true],
    [{ kinds: pods }, {}, true],
    [{ kinds: pods }, { group: 'apps' }, false],
    [{ kinds: pods }, { kind: 'Service' }, false],
    [{ kinds: [{ apiGroups: ['*'], kinds: ['*'] }] }, { group: 'x', kind: 'Y' }, true],
    [{ kinds: [{ apiGroups: [''] }] }, {}, false],
    [{ scope: 'Cluster' }, {}, false],
    [{ scope: 'Cluster' }, namespace, true],
    [{ scope: 'Namespaced' }, cluster, false],
    [{ namespaces: ['n*'] }, {}, true],
    [{ namespaces: ['other'] }, {}, false],
    [{ namespaces: ['other'] }, cluster, true],
    [{ excludedNamespaces: ['*s'] }, {}, false],
    [{ excludedNamespaces: ['ns'] }, namespace, false],
    [{ excludedNamespaces: ['ns'] }, cluster, true],
    [{ name: 'we*' }, {}, true],
    [{ name: 'db' }, {}, false],
    [{ name: 'job-*' }, { name: '', generateName: 'job-' }, true],
    [{ source: 'Generated' }, {}, false],
    [{ source: 'Original' }, {}, true],
    [{ labelSelector: { matchLabels: { app: 'a' } } }, {}, true],
    [{ labelSelector: { matchLabels: { app: 'b' } } }, {}, false],
    [{ labelSelector: { matchLabels: { app: 'b' } } }, { labels: [{ app: 'a' }, { app: 'b' }] }, true],
    [{ labelSelector: { matchExpressions: [{ key: 'app', operator: 'NotIn', values: ['a'] }] } }, {}, false],
    [{ labelSelector: { matchExpressions: [{ key: 'x', operator: 'DoesNotExist' }] } }, {}, true],
    [{ labelSelector: { matchExpressions: [{ key: 'constructor', operator: 'Exists' }] } }, {}, false],
    [{ namespaceSelector: { matchLabels: { team: 'x' } } }, {}, true],
    [{ namespaceSelector: { matchLabels: { team: 'y' } } }, {}, false],
    [{ namespaceSelector: { matchLabels: { team: 'y' } } }, namespace, false],
    [{ namespaceSelector: { matchLabels: { team: 'y' } } }, cluster, true],
  ])('%j of %j: %s', (match, change, expected) => {
    expect(readMatch(match).matches(candidate(change))).toBe(expected);
  });

  it.each([
    ['*', 'a', true],
    ['a*', 'ab', true],
    ['*b', 'ab', true],
    ['*b*', 'abc', true],
    ['a', 'ab', false],
    ['', 'a', false],
    ['a*', 'b', false],
  ])('the pattern %s on %s: %s', (pattern, text, expected) => {
    expect(globMatches(pattern, text)).toBe(expected);
  });
});
