import { createPrivateKey, type KeyObject } from 'node:crypto';
import type { SigningKey } from '@podpass/crypto';
import { expect, vi } from 'vitest';
import type { SigningKeys } from '../keys/types.ts';
import { createPlatform } from '../testing/platform.ts';

export const encode = (value: unknown): string =>
  (Buffer.isBuffer(value) ? value : Buffer.from(typeof value === 'string' ? value : JSON.stringify(value))).toString('base64url');

type Signer = (signed: Buffer) => Buffer | Promise<Buffer>;

export interface Forgery {
  /** Header members over a good header, undefined removes one; text or octets stand for the whole segment before it is encoded. */
  readonly header?: Readonly<Record<string, unknown>> | string | Buffer;
  /** Claims over good claims; or the whole payload. */
  readonly claims?: Readonly<Record<string, unknown>> | string | Buffer;
  /** The issuer's own key by default, so that nothing else is wrong with the token. */
  readonly signer?: Signer;
}

/** A platform under attack: every refusal is checked for what it must leave behind, and for what it must not. */
export const createTarget = async () => {
  const platform = await createPlatform();
  const { issuer, fake, audit, service } = platform;
  const signed = vi.spyOn((service.keys as SigningKeys).current(), 'sign');

  const segment = (part: Forgery['header'], good: object): string =>
    encode(part === undefined || (typeof part === 'object' && !Buffer.isBuffer(part)) ? { ...good, ...part } : part);
  const forge = async ({ header, claims, signer = (octets) => issuer.current().sign(octets) }: Forgery = {}): Promise<string> => {
    const text = `${segment(header, { alg: 'RS256', kid: issuer.current().kid })}.${segment(claims, { iss: issuer.url, ...platform.claims() })}`;
    return `${text}.${(await signer(Buffer.from(text))).toString('base64url')}`;
  };
  const send = (assertion: string, fields: Readonly<Record<string, string>> = {}, tenant?: string) =>
    platform.post(platform.federated(assertion, fields), tenant === undefined ? {} : { tenant });

  /** Roots of the issuers that credentials name: nothing else may ever be asked for anything. */
  const trusted: string[] = [issuer.root];
  const strangersAsked = () => fake.asked.filter((url) => !trusted.some((root) => url.startsWith(root)));

  /** Sends what must be refused: the right code, no token in the answer, nothing signed, no stranger asked, one line in the audit trail, no part of the assertion anywhere. */
  const expectRefused = async (assertion: string, code: number | readonly number[], fields: Readonly<Record<string, string>> = {}) => {
    signed.mockClear();
    audit.length = 0;
    const answer = await send(assertion, fields);
    expect(typeof code === 'number' ? [code] : code).toContain(answer.code);
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.status).toBeLessThan(500);
    expect(answer.body).not.toHaveProperty('access_token');
    expect(signed).not.toHaveBeenCalled();
    expect(strangersAsked()).toEqual([]);
    expect(audit).toMatchObject([{ event: 'token-exchange', outcome: 'refused', reason: `AADSTS${answer.code}` }]);
    const signature = assertion.split('.')[2] ?? '';
    if (signature.length > 40) expect(JSON.stringify([audit, answer.body])).not.toContain(signature);
    return answer;
  };
  /** Sends what must work: else the refusals above could come of anything. */
  const expectGranted = async (assertion: string, fields: Readonly<Record<string, string>> = {}) => {
    signed.mockClear();
    const answer = await send(assertion, fields);
    expect([answer.code, answer.status]).toEqual([undefined, 200]);
    expect(signed).toHaveBeenCalledOnce();
    return answer;
  };
  return { ...platform, signed, forge, send, expectRefused, expectGranted, trusted, strangersAsked };
};

export type Target = Awaited<ReturnType<typeof createTarget>>;

/** The private part, for signatures by other algorithms with the issuer's own key. */
export const privateKeyOf = (key: SigningKey): KeyObject => createPrivateKey(key.exportPrivate());
