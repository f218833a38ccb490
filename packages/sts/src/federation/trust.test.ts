import type { FederatedCredential } from '@podpass/directory';
import { expect, test } from 'vitest';
import { trustOf } from './trust.ts';

const credential = (over: Partial<FederatedCredential>): FederatedCredential =>
  ({ issuer: 'https://a', subject: 's', audiences: ['api://x'], ...over }) as FederatedCredential;

const cluster = credential({ name: 'cluster' } as never);
const slash = credential({ issuer: 'https://a/', subject: 'other' });
const flexible = credential({
  subject: undefined,
  claimsMatchingExpression: { value: "claims['sub'] eq 'x'", languageVersion: 1 },
} as never);
const upper = credential({ audiences: ['API://x'], subject: 'S' });
const twice = credential({ audiences: ['api://x', 'api://x'], subject: 'twice' });
const all = [cluster, slash, flexible, upper, twice];

const trusted = (issuer: string, audience: string) => trustOf(all).filter((pair) => pair.issuer === issuer && pair.audience === audience);

test.each([
  ['another issuer', 'https://b', 'api://x'],
  ['an issuer in another case', 'https://A', 'api://x'],
  ['another audience', 'https://a', 'api://y'],
  ['an audience of another issuer only', 'https://a/', 'API://x'],
])('trusts nothing of %s', (_what, issuer, audience) => {
  expect(trusted(issuer, audience)).toEqual([]);
});

test('keeps the subjects of an issuer and an audience apart from all others, and expressions among the credentials', () => {
  const [pair, ...others] = trusted('https://a', 'api://x');
  expect(others).toEqual([]);
  expect([...pair!.subjects]).toEqual(['s', 'twice']);
  expect(pair!.credentials).toEqual([cluster, flexible, twice]);
  expect([...trusted('https://a', 'API://x')[0]!.subjects]).toEqual(['S']);
});

test('follows the list: another list is sorted anew', () => {
  expect(trustOf(all)).toBe(trustOf(all));
  expect(trustOf([slash]).map(({ issuer }) => issuer)).toEqual(['https://a/']);
});
