import { createCertificateAuthority } from '@podpass/crypto';
import { createClock, KernelError } from '@podpass/kernel';
import { createMemoryStore, type Store } from '@podpass/store';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createRegisteredIssuers, registrationLimits } from './registered-issuers.ts';
import type { RegisteredIssuers } from './types.ts';

let ca: string;
let privateKey: string;
let store: Store;
let issuers: RegisteredIssuers;
const clock = createClock({ frozenAt: 1_800_000_000_000 });

beforeAll(async () => {
  const authority = await createCertificateAuthority({ commonName: 'Test CA', permittedDns: [], clock: createClock(), days: 30 });
  ca = authority.certificate;
  privateKey = authority.exportPrivate();
});
beforeEach(async () => {
  store = createMemoryStore();
  issuers = await createRegisteredIssuers(store, clock);
});

const refusal = async (registration: { issuer: string; ca?: string }) => {
  const thrown: unknown = await issuers.register(registration).catch((error: unknown) => error);
  return thrown instanceof KernelError ? thrown.code : thrown;
};

describe('what cannot be registered', () => {
  it.each([
    'http://idp.internal/',
    'ftp://idp.internal/',
    'idp.internal',
    'https://',
    'https://idp.internal/?tenant=a',
    'https://idp.internal/#a',
    'https://user@idp.internal/',
    'https://user:secret@idp.internal/',
    ' https://idp.internal/',
    'https://idp.internal/\n',
    'https://idp.internal\\@evil.example/',
    'HTTPS://idp.internal/',
    'https://idp.internal/ä',
    `https://idp.internal/${'a'.repeat(registrationLimits.issuerLength)}`,
  ])('issuer %.60j', async (issuer) => {
    expect(await refusal({ issuer })).toBe('invalid');
    expect(issuers.list()).toEqual([]);
  });

  it('a CA that is none', async () => {
    const broken = ca.replace(/\n[^\n]{20}/, '\n');
    for (const text of [
      '',
      'PEM',
      broken,
      `${ca}\nmore`,
      `${ca}\n${privateKey}`,
      privateKey,
      ca.repeat(registrationLimits.certificates + 1),
    ]) {
      expect(await refusal({ issuer: 'https://idp.internal/', ca: text })).toBe('invalid');
    }
  });

  it('more than the limit, also at once; those that are there can be changed', async () => {
    const urls = Array.from({ length: registrationLimits.issuers + 3 }, (_, index) => `https://idp${index}.internal/`);
    const outcomes = await Promise.all(urls.map((issuer) => refusal({ issuer })));
    expect(outcomes.filter((outcome) => outcome === 'conflict')).toHaveLength(3);
    expect(issuers.list()).toHaveLength(registrationLimits.issuers);
    expect(await refusal({ issuer: urls[0]!, ca })).toMatchObject({ issuer: urls[0], ca });
  });
});

describe('what is registered', () => {
  it('is found to the character, and kept', async () => {
    await issuers.register({ issuer: 'https://idp.internal:8443/realm', ca });
    expect(issuers.get('https://idp.internal:8443/realm')).toEqual({
      issuer: 'https://idp.internal:8443/realm',
      ca,
      registeredDateTime: '2027-01-15T08:00:00.000Z',
    });
    expect(issuers.get('https://idp.internal:8443/realm/')).toBeUndefined();
    const reopened = await createRegisteredIssuers(store, clock);
    expect(reopened.list()).toEqual(issuers.list());
    expect(await issuers.remove('https://idp.internal:8443/realm')).toBe(true);
    expect(await issuers.remove('https://idp.internal:8443/realm')).toBe(false);
    expect([issuers.list(), reopened.list()]).toEqual([[], []]);
  });

  it('tells the dialer the addresses', async () => {
    await issuers.register({ issuer: 'https://IDP.internal:8443/realm' });
    await issuers.register({ issuer: 'https://[fd00::1]/' });
    await issuers.register({ issuer: 'https://10.0.0.7/' });
    const asked: readonly [string, number][] = [
      ['idp.internal', 8443],
      ['IDP.INTERNAL.', 8443],
      ['fd00::1', 443],
      ['[fd00::1]', 443],
      ['10.0.0.7', 443],
      ['idp.internal', 443],
      ['internal', 8443],
      ['x.idp.internal', 8443],
      ['10.0.0.70', 443],
    ];
    expect(asked.filter(([host, port]) => issuers.reaches(host, port))).toEqual(asked.slice(0, 5));
    await issuers.remove('https://10.0.0.7/');
    expect(issuers.reaches('10.0.0.7', 443)).toBe(false);
  });
});
