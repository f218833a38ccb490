import { beforeEach, describe, expect, it } from 'vitest';
import { createTarget, type Target } from './harness.ts';

/** What is taken away while the keys of an issuer are on their way counts no more. */
let target: Target;
let release: () => void;
beforeEach(async () => {
  target = await createTarget();
  const gate = Promise.withResolvers<void>();
  target.issuer.state.wait = gate.promise;
  release = gate.resolve;
});

/** Starts an exchange that hangs in the fetch of the issuer's keys, does `meanwhile`, and lets it go on. */
const exchangeWhile = async (meanwhile: () => Promise<unknown>, claims: Readonly<Record<string, unknown>> = {}) => {
  const exchange = target.exchange(claims);
  await expect.poll(() => target.fake.asked.length).toBe(1);
  await meanwhile();
  release();
  const answer = await exchange;
  expect(answer.body).not.toHaveProperty('access_token');
  expect(target.signed).not.toHaveBeenCalled();
  expect(target.audit).toMatchObject([{ outcome: 'refused' }]);
  return answer.code;
};

describe('meanwhile', () => {
  it('the credential was deleted', async () => {
    const { directory, tenantId, identity } = target;
    expect(await exchangeWhile(() => directory.federatedCredentials.delete(tenantId, identity.id, 'web'))).toBe(7000226);
  });

  it('the credential was given another subject', async () => {
    const { directory, credential } = target;
    expect(await exchangeWhile(() => directory.federatedCredentials.put({ ...credential, subject: 'other' }))).toBe(700213);
  });

  it('the credential was given another issuer', async () => {
    const { directory, credential } = target;
    expect(await exchangeWhile(() => directory.federatedCredentials.put({ ...credential, issuer: 'https://other.example/' }))).toBe(700211);
  });

  it('the credential was given another audience', async () => {
    const { directory, credential } = target;
    expect(await exchangeWhile(() => directory.federatedCredentials.put({ ...credential, audiences: ['other'] }))).toBe(700212);
  });

  it('the credential was written again, and is still propagating', async () => {
    const { directory, credential } = target;
    const code = await exchangeWhile(async () => {
      await directory.propagation.set({ federatedCredentials: 60_000 });
      await directory.federatedCredentials.put({ ...credential, description: 'changed' });
    });
    expect(code).toBe(7000226);
  });

  it('the identity was deleted', async () => {
    const { directory, tenantId, identity } = target;
    expect(await exchangeWhile(() => directory.managedIdentities.delete(tenantId, identity.id))).toBe(700016);
  });

  it('the identity was disabled', async () => {
    const { directory, tenantId, identity } = target;
    expect(await exchangeWhile(() => directory.servicePrincipals.update(tenantId, identity.id, { accountEnabled: false }))).toBe(7000112);
  });

  it('the assertion expired', async () => {
    const exp = target.clock.seconds() + 10;
    expect(await exchangeWhile(async () => target.clock.freeze(target.clock.now() + 310_000), { exp })).toBe(700024);
  });
});

it('an identity that was deleted and made again under the same name is another one', async () => {
  const { directory, tenantId, identity } = target;
  release();
  const assertion = await target.forge();
  await directory.managedIdentities.delete(tenantId, identity.id);
  await directory.managedIdentities.create({ tenantId, resourceId: String(identity.resourceId), displayName: 'web', explicit: true });
  await target.expectRefused(assertion, 700016);
});
