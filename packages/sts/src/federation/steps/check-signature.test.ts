import { generateSigningKey, parseJwt, signJwt, type Jwks, type SigningKey } from '@podpass/crypto';
import { beforeAll, expect, it } from 'vitest';
import { AadstsError } from '../../errors.ts';
import { createVerifiedAssertions } from '../verified-assertions.ts';
import { checkSignature } from './check-signature.ts';
import type { FederatedContext } from './context.ts';

let key: SigningKey;
let other: SigningKey;
beforeAll(async () => {
  [key, other] = [await generateSigningKey(), await generateSigningKey()];
});

/** A check whose key set changes from `before` to `after` while the signature is being verified. */
const contextOf = async (before: Jwks, after: Jwks | undefined, own = false) => {
  const assertion = parseJwt(await signJwt(key, { claims: { sub: 's' } }));
  const verified = createVerifiedAssertions();
  const sets: (Jwks | undefined)[] = [before, after];
  const services = {
    keys: { published: () => sets.shift() },
    issuerKeys: { verified, keysFor: () => before, present: () => after },
  };
  const presented = { assertion, issuer: 'https://oidc.example/', clientId: 'c' };
  const context: FederatedContext = { services: services as never, presented: presented as never, own };
  return { context, remembered: () => verified.has(assertion as never, before) };
};

it.each<[string, () => Jwks | undefined]>([
  ['is withdrawn', () => ({ keys: [other.publicJwk] })],
  ['is withdrawn with all others', () => ({ keys: [] })],
  ['is not believed any more', () => undefined],
  ['is replaced under its id', () => ({ keys: [{ ...other.publicJwk, kid: key.kid }] })],
  ['is declared for encryption', () => ({ keys: [{ ...key.publicJwk, use: 'enc' }] })],
])('refuses a good signature whose key %s while it is checked, and remembers nothing', async (_what, after) => {
  for (const own of [false, true]) {
    const { context, remembered } = await contextOf({ keys: [key.publicJwk] }, after(), own);
    const thrown: unknown = await Promise.resolve(checkSignature(context)).catch((error: unknown) => error);
    expect(thrown instanceof AadstsError ? thrown.code : thrown).toBe(7000272);
    expect(remembered()).toBe(false);
  }
});

it('believes it while the key is there, in whatever set', async () => {
  const { context, remembered } = await contextOf({ keys: [key.publicJwk] }, { keys: [other.publicJwk, { ...key.publicJwk }] });
  await expect(Promise.resolve(checkSignature(context))).resolves.toBeUndefined();
  expect(remembered()).toBe(true);
});
