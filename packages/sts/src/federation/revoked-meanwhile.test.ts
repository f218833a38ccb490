import { beforeEach, expect, it } from 'vitest';
import { createPlatform, type Platform } from '../testing/platform.ts';

let platform: Platform;
let release: () => void;
beforeEach(async () => {
  platform = await createPlatform();
  platform.issuer.state.wait = new Promise((resolve) => {
    release = resolve;
  });
});

/** Starts an exchange that hangs in the fetch of the issuer's keys, does `meanwhile`, and lets it go on. */
const exchangeWhile = async (meanwhile: () => Promise<unknown>) => {
  const exchange = platform.exchange();
  await expect.poll(() => platform.fake.asked.length).toBe(1);
  await meanwhile();
  release();
  return exchange;
};

it('refuses a credential that was deleted while the keys of its issuer were fetched', async () => {
  const { directory, tenantId, identity } = platform;
  const answer = await exchangeWhile(() => directory.federatedCredentials.delete(tenantId, identity.id, 'web'));
  expect([answer.code, answer.body['access_token']]).toEqual([7000226, undefined]);
});

it('refuses a credential whose subject was changed while the keys of its issuer were fetched', async () => {
  const { directory, credential } = platform;
  const answer = await exchangeWhile(() =>
    directory.federatedCredentials.put({ ...credential, subject: 'system:serviceaccount:other:web' }),
  );
  expect([answer.code, answer.body['access_token']]).toEqual([700213, undefined]);
});

it('refuses an identity that was deleted while the keys of its issuer were fetched', async () => {
  const { directory, tenantId, identity } = platform;
  const answer = await exchangeWhile(() => directory.managedIdentities.delete(tenantId, identity.id));
  expect([answer.code, answer.body['access_token']]).toEqual([700016, undefined]);
});
