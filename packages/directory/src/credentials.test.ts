import { verifyPassword } from '@podpass/crypto';
import { describe, expect, it } from 'vitest';
import { credentialLimits } from './limits.ts';
import { epoch, guid, nobody, openDirectory, outcomeOf } from './testing/open.ts';
import type { ClientCertificate, ClientSecret } from './types.ts';

const certificate = (number: number, over: Partial<ClientCertificate> = {}): ClientCertificate => ({
  keyId: guid(number),
  x5t: 'a'.repeat(27),
  x5tS256: 'b'.repeat(43),
  certificate: 'MIIB',
  startDateTime: '2026-01-01T00:00:00Z',
  endDateTime: '2028-01-01T00:00:00Z',
  ...over,
});

const open = async () => {
  const opened = await openDirectory();
  const { application: app, servicePrincipal } = await opened.application('api');
  const { directory, tenantId } = opened;
  return {
    ...opened,
    app,
    servicePrincipal,
    ofApplication: { tenantId, kind: 'application', id: app.id } as const,
    ofPrincipal: { tenantId, kind: 'servicePrincipal', id: servicePrincipal.id } as const,
    secrets: (): readonly ClientSecret[] => directory.applications.byId(tenantId, app.id)!.secrets,
  };
};

describe('secrets', () => {
  it.each([
    ['an empty text', { secret: '' }],
    ['a text of 257 characters', { secret: 'a'.repeat(257) }],
    ['a name of 257 characters', { displayName: 'a'.repeat(257) }],
    ['an end before the start', { startDateTime: '2027-02-01T00:00:00Z', endDateTime: '2027-01-01T00:00:00Z' }],
    ['an end that is no time', { endDateTime: 'soon' }],
    ['an end in the past', { endDateTime: '2020-01-01T00:00:00Z' }],
  ])('with %s are refused', async (_what, options) => {
    const { directory, ofApplication, secrets } = await open();
    expect(await outcomeOf(directory.credentials.addSecret(ofApplication, options))).toBe('invalid passwordCredentials');
    expect(secrets()).toEqual([]);
  });

  it('of what is not the tenant’s to equip are refused', async () => {
    const { directory, tenantId, otherId, app, identity } = await open();
    const graph = directory.servicePrincipals.byName(tenantId, 'https://graph.microsoft.com')!;
    const add = (kind: 'application' | 'servicePrincipal', id: string, within = tenantId) =>
      outcomeOf(directory.credentials.addSecret({ tenantId: within, kind, id }));
    expect(await add('servicePrincipal', (await identity('web')).id)).toBe('invalid servicePrincipalType');
    expect(await add('servicePrincipal', graph.id)).toBe('invalid appOwnerOrganizationId');
    expect(await add('application', app.id, otherId)).toBe('not-found id');
    expect(await add('servicePrincipal', app.id)).toBe('not-found id');
    expect(await add('application', nobody)).toBe('not-found id');
  });

  it('last two years unless said otherwise; one year by client id', async () => {
    const { directory, tenantId, app, ofApplication, secrets } = await open();
    const day = 86_400_000;
    const { secretText, ...shown } = await directory.credentials.addSecret(ofApplication, { displayName: 'ci' });
    expect(shown).toMatchObject({
      displayName: 'ci',
      hint: secretText.slice(0, 3),
      endDateTime: new Date(epoch + 730 * day).toISOString(),
    });
    expect(secrets()[0]).toMatchObject(shown);
    expect(await verifyPassword(secretText, secrets()[0]!.secretHash)).toBe(true);
    await directory.applications.addSecret(tenantId, app.appId.toUpperCase(), { secret: 'chosen' });
    expect(secrets()[1]!.endDateTime).toBe(new Date(epoch + 365 * day).toISOString());
    expect(await outcomeOf(directory.applications.addSecret(tenantId, nobody))).toBe('not-found appId');
  });

  it('of a service principal are its own, sealed at rest', async () => {
    const { directory, tenantId, store, ofPrincipal, secrets, servicePrincipal, again } = await open();
    const { secretText, keyId } = await directory.credentials.addSecret(ofPrincipal);
    expect(secrets()).toEqual([]);
    const [stored] = (await again()).servicePrincipals.byId(tenantId, servicePrincipal.id)!.secrets;
    expect(stored?.keyId).toBe(keyId);
    const bytes = Buffer.concat((await store.list('directory/')).items.map(({ value }) => value)).toString('latin1');
    for (const hidden of [secretText, 'scrypt']) expect(bytes).not.toContain(hidden);
  });

  it('go one by one, or all but those that are kept', async () => {
    const { directory, ofApplication, secrets, again } = await open();
    const replica = await again();
    const added = await Promise.all(
      ['a', 'b', 'c'].map((secret, index) => (index % 2 ? replica : directory).credentials.addSecret(ofApplication, { secret })),
    );
    expect(secrets()).toHaveLength(3);
    const [first, second, third] = added.map(({ keyId }) => keyId);
    expect(await directory.credentials.removeSecret(ofApplication, first!.toUpperCase())).toBe(true);
    expect(await directory.credentials.removeSecret(ofApplication, first!)).toBe(false);
    expect(await outcomeOf(directory.credentials.keepSecrets(ofApplication, [second!, first!]))).toBe('invalid passwordCredentials');
    await directory.credentials.keepSecrets(ofApplication, [third!]);
    expect(secrets().map(({ keyId }) => keyId)).toEqual([third]);
    await directory.credentials.keepSecrets(ofApplication, []);
    expect(secrets()).toEqual([]);
  });
});

describe('certificates', () => {
  it.each([
    ['a key id that is no GUID', [certificate(1, { keyId: 'x' })]],
    ['a key id twice', [certificate(1), certificate(1)]],
    ['a thumbprint of wrong length', [certificate(1, { x5t: 'a' })]],
    ['a SHA-256 thumbprint of wrong length', [certificate(1, { x5tS256: 'a' })]],
    ['PEM', [certificate(1, { certificate: '-----BEGIN CERTIFICATE-----' })]],
    ['too large a certificate', [certificate(1, { certificate: 'A'.repeat(credentialLimits.certificate + 1) })]],
    ['no end', [certificate(1, { endDateTime: '' })]],
    ['too many', Array.from({ length: credentialLimits.certificates + 1 }, (_, index) => certificate(index))],
  ])('with %s are refused', async (_what, certificates) => {
    const { directory, ofApplication } = await open();
    expect(await outcomeOf(directory.credentials.setCertificates(ofApplication, certificates))).toBe('invalid keyCredentials');
  });

  it('are replaced all at once, beside the secrets', async () => {
    const { directory, tenantId, app, servicePrincipal, ofApplication, ofPrincipal } = await open();
    await directory.credentials.addSecret(ofApplication);
    await directory.credentials.setCertificates(ofApplication, [certificate(1), certificate(2)]);
    await directory.credentials.setCertificates(ofApplication, [certificate(2, { displayName: 'new' })]);
    await directory.credentials.setCertificates(ofPrincipal, [certificate(3)]);
    const { certificates, secrets } = directory.applications.byId(tenantId, app.id)!;
    expect(certificates).toMatchObject([{ keyId: guid(2), displayName: 'new' }]);
    expect(secrets).toHaveLength(1);
    expect(directory.servicePrincipals.byId(tenantId, servicePrincipal.id)!.certificates).toMatchObject([{ keyId: guid(3) }]);
  });
});
