import { constants, sign } from 'node:crypto';
import { parseClientCertificate } from '@podpass/crypto';
import { selfSigned } from '@podpass/crypto/testing';
import type { ClientCertificate } from '@podpass/directory';
import { newGuid } from '@podpass/kernel';

/** A certificate as a client registers it, with the key that signs its assertions. */
export interface TestCertificate {
  readonly registered: ClientCertificate;
  readonly privateKey: string;
}

/** `from` and `to` are the registration's own times, ISO 8601. */
export const createTestCertificate = async ({
  from = '2026-01-01T00:00:00.000Z',
  to = '2030-01-01T00:00:00.000Z',
}: { readonly from?: string; readonly to?: string } = {}): Promise<TestCertificate> => {
  const issued = await selfSigned({ notBefore: Date.parse(from), notAfter: Date.parse(to) });
  const parsed = parseClientCertificate(issued.certificate);
  if ('failure' in parsed) throw new Error(parsed.failure);
  const { certificate, x5t, x5tS256 } = parsed;
  return {
    privateKey: issued.privateKey,
    registered: { keyId: newGuid(), x5t, x5tS256, certificate, startDateTime: from, endDateTime: to },
  };
};

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Signs claims as the header's `alg` says; anything but PS256 is signed as RS256 is, whatever it claims to be. */
export const signAssertion = (
  { privateKey }: Pick<TestCertificate, 'privateKey'>,
  header: Readonly<Record<string, unknown>>,
  claims: object,
): string => {
  const signed = `${encode(header)}.${encode(claims)}`;
  const pss = { key: privateKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 };
  return `${signed}.${sign('sha256', Buffer.from(signed), header['alg'] === 'PS256' ? pss : privateKey).toString('base64url')}`;
};
