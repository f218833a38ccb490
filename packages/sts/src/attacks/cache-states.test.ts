import { createHmac } from 'node:crypto';
import { generateSigningKey, signJwt, type SigningKey } from '@podpass/crypto';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { issuerLimits } from '../federation/limits.ts';
import { createTarget, encode, type Target } from './harness.ts';

/**
 * A forged or mismatched token is never accepted, whatever the state of the issuer's keys: every attack in every state. The issuer once had a
 * key that it withdrew before, whose tokens are among the attacks.
 */
let target: Target;
let stranger: SigningKey;
let withdrawn: SigningKey;
beforeAll(async () => {
  [stranger, withdrawn] = [await generateSigningKey(), await generateSigningKey()];
});
beforeEach(async () => {
  target = await createTarget();
});

interface State {
  readonly name: string;
  /** Brings the cache into the state; what it returns lets a fetch that hangs go on. */
  readonly enter: () => Promise<() => void>;
  /** Whether good tokens are accepted in the state. */
  readonly serves: boolean;
}

const nothing = () => undefined;
const warm = async () => {
  await target.expectGranted(await target.forge());
};
const expire = () => {
  target.machine.now += issuerLimits.freshMost;
};
/** Makes the issuer's next answers hang until the gate is opened, and one caller wait for them. */
const hold = async () => {
  const gate = Promise.withResolvers<void>();
  target.issuer.state.wait = gate.promise;
  const asked = target.fake.asked.length;
  const waiting = target.send(await target.forge());
  await expect.poll(() => target.fake.asked.length).toBe(asked + 1);
  return { open: gate.resolve, waiting };
};

const states: readonly State[] = [
  { name: 'cold', enter: async () => nothing, serves: true },
  {
    name: 'warm',
    serves: true,
    async enter() {
      await warm();
      return nothing;
    },
  },
  {
    name: 'warm, and the signatures of good tokens remembered',
    serves: true,
    async enter() {
      await warm();
      await warm();
      return nothing;
    },
  },
  {
    name: 'being fetched for the first time',
    serves: true,
    enter: async () => (await hold()).open,
  },
  {
    name: 'being refreshed',
    serves: true,
    async enter() {
      await warm();
      expire();
      return (await hold()).open;
    },
  },
  {
    name: 'being refreshed, to another key',
    serves: true,
    async enter() {
      await warm();
      expire();
      const { open } = await hold();
      await target.issuer.rotate();
      return open;
    },
  },
  {
    name: 'stale, the issuer being out of reach',
    serves: true,
    async enter() {
      await warm();
      expire();
      target.issuer.state.status = 503;
      return nothing;
    },
  },
  {
    name: 'dropped, the issuer being gone',
    serves: false,
    async enter() {
      await warm();
      expire();
      target.issuer.state.status = 404;
      return nothing;
    },
  },
  {
    name: 'failed before it was ever filled',
    serves: false,
    async enter() {
      target.issuer.state.status = 500;
      await target.send(await target.forge());
      return nothing;
    },
  },
  {
    name: 'emptied by the issuer',
    serves: false,
    async enter() {
      await warm();
      expire();
      target.issuer.state.jwks = { keys: [] };
      return nothing;
    },
  },
];

interface Attack {
  readonly name: string;
  readonly assertion: () => Promise<string>;
  /** The codes besides AADSTS50166, which only states that serve nothing may answer. */
  readonly codes: readonly number[];
}

const current = () => target.issuer.current();
const claims = (over: Record<string, unknown> = {}) => ({ iss: target.issuer.url, ...target.claims(over) });
const attacks: readonly Attack[] = [
  {
    name: "a stranger's signature under the issuer's key id",
    codes: [700027, 7000272],
    assertion: () => target.forge({ signer: (octets) => stranger.sign(octets) }),
  },
  { name: 'an unknown key', codes: [7000272], assertion: () => signJwt(stranger, { claims: claims() }) },
  { name: 'a withdrawn key', codes: [7000272], assertion: () => signJwt(withdrawn, { claims: claims() }) },
  { name: 'no algorithm', codes: [5002738], assertion: () => target.forge({ header: { alg: 'none' }, signer: () => Buffer.alloc(0) }) },
  {
    name: 'the public key as a secret',
    codes: [5002738],
    assertion: () =>
      target.forge({
        header: { alg: 'HS256' },
        signer: (octets) => createHmac('sha256', String(current().publicJwk.n)).update(octets).digest(),
      }),
  },
  { name: 'another subject', codes: [700213, 7000272], assertion: () => target.forge({ claims: { sub: 'other' } }) },
  { name: 'another audience', codes: [700212, 7000272], assertion: () => target.forge({ claims: { aud: 'other' } }) },
  { name: 'an expired token', codes: [700024, 7000272], assertion: () => target.forge({ claims: { exp: 1_799_999_000 } }) },
  {
    name: 'a good signature over other claims',
    codes: [700027, 7000272],
    async assertion() {
      const [header, , signature] = (await target.forge()).split('.');
      return `${header}.${encode(claims({ sub: 'system:serviceaccount:kube-system:admin' }))}.${signature}`;
    },
  },
  {
    name: "another signature under a good token's text",
    codes: [700027, 7000272],
    async assertion() {
      const [text, other] = [await target.forge(), await target.forge({ claims: { jti: 'x' } })];
      return `${text.split('.').slice(0, 2).join('.')}.${other.split('.')[2]}`;
    },
  },
];

describe.each(states.map((state) => [state.name, state] as const))('keys: %s', (_name, state) => {
  it.each(attacks.map((attack) => [attack.name, attack] as const))('%s', async (_attack, attack) => {
    // The forger knows what is public before the state is reached.
    const before = await attack.assertion();
    const release = await state.enter();
    const after = await attack.assertion();
    target.signed.mockClear();
    const pending = [before, after].map((assertion) => target.send(assertion));
    release();
    for (const answer of await Promise.all(pending)) {
      expect([...attack.codes, ...(state.serves ? [] : [50166])]).toContain(answer.code);
      expect(answer.body).not.toHaveProperty('access_token');
    }
  });

  it(`a good token is ${state.serves ? 'accepted' : 'refused, too'}`, async () => {
    const release = await state.enter();
    const pending = target.send(await target.forge());
    release();
    const answer = await pending;
    expect(answer.status === 200).toBe(state.serves);
  });
});

describe('a key that is withdrawn', () => {
  it('while its signature is being checked counts no more, and is not remembered', async () => {
    const assertion = await target.forge();
    await target.expectGranted(await target.forge({ claims: { jti: 'first' } }));
    const [, ...rest] = [target.issuer.current(), await generateSigningKey()];
    const pending = target.send(assertion);
    target.issuer.state.keys = rest;
    expire();
    // The check of the first is under way in the thread pool while the second has the keys fetched anew.
    const [first, second] = await Promise.all([pending, target.send(assertion)]);
    expect(second.code).toBe(7000272);
    expect([undefined, 7000272]).toContain(first.code);
    await target.expectRefused(assertion, 7000272);
  });

  it('takes the remembered signatures with it: a replayed token is refused', async () => {
    const assertion = await target.forge();
    await target.expectGranted(assertion);
    await target.expectGranted(assertion);
    target.issuer.state.keys = [await generateSigningKey()];
    expire();
    await target.expectRefused(assertion, 7000272);
  });

  it('and replaced by another under the same id', async () => {
    const assertion = await target.forge();
    await target.expectGranted(assertion);
    const { kid } = target.issuer.current();
    const next = await generateSigningKey();
    target.issuer.state.keys = [{ ...next, kid, publicJwk: { ...next.publicJwk, kid } }];
    expire();
    await target.expectRefused(assertion, 700027);
  });

  it('a refresh that brings the same key keeps what is remembered', async () => {
    const assertion = await target.forge();
    await target.expectGranted(assertion);
    expire();
    await target.expectGranted(assertion);
  });
});
