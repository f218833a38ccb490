import { parseClientCertificate, type ParsedClientCertificate } from '@podpass/crypto';
import type { ClientCertificate } from '@podpass/directory';
import { newGuid } from '@podpass/kernel';
import { GraphError } from '../../../errors.ts';
import { credentialName, mostCredentials } from '../limits.ts';
import {
  demanded,
  distinct,
  guid,
  invalid,
  listOf,
  optional,
  optionalText,
  record,
  time,
  type Place,
  type Reader,
} from '../../../values.ts';

interface KeyBody {
  readonly keyId: string | undefined;
  readonly key: string | undefined;
  readonly displayName: string | undefined;
  readonly startDateTime: string | undefined;
  readonly endDateTime: string | undefined;
  readonly type: string;
  readonly usage: string;
  readonly customKeyIdentifier: string | undefined;
}

/** Characters of a key before it is parsed; certificates are far shorter, and the parser has a bound of its own. */
const keyLength = 32 * 1024;

const credentialValue =
  (accepted: string): Reader<string> =>
  (value, { property }) => {
    if (typeof value === 'string' && value.toLowerCase() === accepted.toLowerCase()) return accepted;
    throw new GraphError('credentialValue', { property: property.split('/').at(-1) ?? property, accepted });
  };

const keyBody: Reader<Partial<KeyBody>> = record<KeyBody>({
  keyId: optional(guid),
  key: (value, place) => {
    if (value === null) return undefined;
    if (typeof value !== 'string' || value.length > keyLength) throw invalid(place);
    return value;
  },
  displayName: optionalText(credentialName),
  startDateTime: optional(time),
  endDateTime: optional(time),
  // Certificates that verify assertions. Symmetric keys and private keys that sign (SAML) are not offered.
  type: credentialValue('AsymmetricX509Cert'),
  usage: credentialValue('Verify'),
  // Computed from the certificate, whatever is sent.
  customKeyIdentifier: optionalText(credentialName),
});

/**
 * Reads the new list of `keyCredentials`: entries without `key` keep the certificate of their `keyId` as it is (clients send back what they got, where the
 * key is null), entries with one add a certificate, and what is missing goes.
 * https://learn.microsoft.com/graph/api/resources/keycredential
 */
export const readKeyCredentials = (
  value: unknown,
  { place, present, now }: { readonly place: Place; readonly present: readonly ClientCertificate[]; readonly now: Date },
): readonly ClientCertificate[] => {
  const bodies = listOf(keyBody, mostCredentials)(value, place);
  const read = bodies.map((body) => {
    const known = present.find(({ keyId }) => keyId === body.keyId);
    return known ? kept(known, body) : added(body, place, now);
  });
  return distinct(
    distinct(read, ({ keyId }) => keyId),
    ({ x5tS256 }) => x5tS256,
  );
};

const kept = (known: ClientCertificate, body: Partial<KeyBody>): ClientCertificate => {
  const sameTime = (sent: string | undefined, stored: string) =>
    sent === undefined || Math.trunc(Date.parse(sent) / 1000) === Math.trunc(Date.parse(stored) / 1000);
  const sameKey = body.key === undefined || body.key.replaceAll(/\s/g, '') === known.certificate;
  const unchanged =
    sameKey && sameTime(body.startDateTime, known.startDateTime) && sameTime(body.endDateTime, known.endDateTime) && sameName(known, body);
  if (!unchanged) throw new GraphError('credentialUpdate', { id: known.keyId });
  return known;
};

const sameName = ({ displayName }: ClientCertificate, body: Partial<KeyBody>): boolean =>
  !('displayName' in body) || body.displayName === displayName;

const added = (body: Partial<KeyBody>, place: Place, now: Date): ClientCertificate => {
  const at = (member: string): Place => ({ ...place, property: `${place.property}/${member}` });
  demanded(body.type, at('type'));
  demanded(body.usage, at('usage'));
  const parsed = parseClientCertificate(demanded(body.key, at('key')));
  if ('failure' in parsed) throw new GraphError('keyInvalid', { reason: parsed.failure });
  const { x5t, x5tS256, certificate } = parsed;
  return {
    keyId: body.keyId ?? newGuid(),
    ...(body.displayName === undefined ? {} : { displayName: body.displayName }),
    x5t,
    x5tS256,
    certificate,
    ...validity(body, parsed, now),
  };
};

/** Within the certificate's own time; all of it when nothing is said. A credential that has ended already is refused. */
const validity = (
  body: Partial<KeyBody>,
  { notBefore, notAfter }: ParsedClientCertificate,
  now: Date,
): Pick<ClientCertificate, 'startDateTime' | 'endDateTime'> => {
  const startDateTime = body.startDateTime ?? notBefore;
  const endDateTime = body.endDateTime ?? notAfter;
  const [start, end] = [Date.parse(startDateTime), Date.parse(endDateTime)];
  if (end > Date.parse(notAfter) || end <= now.getTime()) throw new GraphError('keyEndDate');
  if (start < Date.parse(notBefore) || start >= end) throw new GraphError('keyStartDate');
  return { startDateTime, endDateTime };
};
