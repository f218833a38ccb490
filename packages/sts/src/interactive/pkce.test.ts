import { describe, expect, it } from 'vitest';
import { readChallenge, verifyChallenge } from './pkce.ts';
import { pkcePair } from './testing/browser.ts';

const { verifier, challenge } = pkcePair();
const plain = 'p'.repeat(43);

describe('a challenge is refused', () => {
  it.each<[string, string | undefined, string | undefined, number]>([
    ['with an unknown method', challenge, 's256', 90023],
    ['with a method of another hash', challenge, 'S512', 90023],
    ['when only a method came', undefined, 'S256', 501491],
    ['when it is too short', 'a'.repeat(42), 'plain', 501491],
    ['when it is too long', 'a'.repeat(129), 'plain', 501491],
    ['when it is no digest', 'a'.repeat(44), 'S256', 501491],
    ['with padding', `${challenge.slice(0, 42)}=`, 'S256', 501491],
    ['with characters of base64', `${challenge.slice(0, 42)}+`, 'S256', 501491],
    ['with white space', `${challenge.slice(0, 42)} `, 'S256', 501491],
  ])('%s', (_what, value, method, code) => {
    expect(() => readChallenge(value, method)).toThrow(expect.objectContaining({ code }));
  });
});

describe('a verifier is refused', () => {
  it.each<[string, ReturnType<typeof readChallenge>, string | undefined]>([
    ['when it is missing', { method: 'S256', value: challenge }, undefined],
    ['when it is empty', { method: 'S256', value: challenge }, ''],
    ['when the request had no challenge', undefined, verifier],
    ['when it is the challenge', { method: 'S256', value: challenge }, challenge],
    ['when it is another', { method: 'S256', value: challenge }, pkcePair().verifier],
    ['when it is too short', { method: 'plain', value: plain }, 'p'.repeat(42)],
    ['when it begins right', { method: 'plain', value: plain }, `${plain}p`],
    ['when it differs in case', { method: 'plain', value: plain }, plain.toUpperCase()],
    ['when plain was asked and its digest comes', { method: 'plain', value: verifier }, challenge],
  ])('%s', (_what, asked, given) => {
    expect(() => verifyChallenge(asked, given)).toThrow(expect.objectContaining({ code: 501481 }));
  });
});

it('the right verifier passes, by digest and in the plain', () => {
  expect(() => verifyChallenge(readChallenge(challenge, 'S256'), verifier)).not.toThrow();
  expect(() => verifyChallenge(readChallenge(plain, 'plain'), plain)).not.toThrow();
  // RFC 7636, 4.3: plain is the default.
  expect(readChallenge(plain, undefined)).toEqual({ method: 'plain', value: plain });
  // RFC 7636, appendix B.
  const example = readChallenge('E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM', 'S256');
  expect(() => verifyChallenge(example, 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk')).not.toThrow();
  expect(() => verifyChallenge(undefined, undefined)).not.toThrow();
});
