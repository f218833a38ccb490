import type { ClientSecret } from '@podpass/directory';
import { GraphError } from '../../../errors.ts';
import { credentialName, mostCredentials } from '../limits.ts';
import { demanded, guid, listOf, optional, optionalText, readOnly, record, time, type Place, type Reader } from '../../../values.ts';

/** What a client may say of a new secret. */
export interface NewSecret {
  readonly displayName?: string;
  readonly startDateTime?: string;
  readonly endDateTime?: string;
}

const secretBody: Reader<Partial<{ displayName: string | undefined; startDateTime: string | undefined; endDateTime: string | undefined }>> =
  record({
    displayName: optionalText(credentialName),
    startDateTime: optional(time),
    endDateTime: optional(time),
    customKeyIdentifier: optional(optionalText(credentialName)),
    hint: readOnly,
    keyId: readOnly,
    secretText: readOnly,
  });

/** Reads `addPassword`'s `passwordCredential`. https://learn.microsoft.com/graph/api/application-addpassword */
export const readNewSecret = (value: unknown, place: Place, now: Date): NewSecret => {
  const { displayName, startDateTime, endDateTime } = optional(secretBody)(value, place) ?? {};
  const start = startDateTime === undefined ? now.getTime() : Date.parse(startDateTime);
  if (endDateTime !== undefined && (Date.parse(endDateTime) <= start || Date.parse(endDateTime) <= now.getTime())) {
    throw new GraphError('passwordEndDate');
  }
  return {
    ...(displayName === undefined ? {} : { displayName }),
    ...(startDateTime === undefined ? {} : { startDateTime }),
    ...(endDateTime === undefined ? {} : { endDateTime }),
  };
};

const keptSecret: Reader<string> = (value, place) => {
  const body = record<{ keyId: string; secretText: undefined } & Record<Further, unknown>>({
    keyId: guid,
    secretText: (text) => {
      if (text !== null) throw new GraphError('newPassword');
      return undefined;
    },
    customKeyIdentifier: same,
    displayName: same,
    endDateTime: same,
    hint: same,
    startDateTime: same,
  })(value, place);
  return demanded(body.keyId, { ...place, property: `${place.property}/keyId` });
};

type Further = 'customKeyIdentifier' | 'displayName' | 'endDateTime' | 'hint' | 'startDateTime';
const same = <T>(value: T): T => value;

/**
 * Key ids of the secrets that stay: `passwordCredentials` of a PATCH can drop secrets, and name those that are there. New ones come from `addPassword`
 * alone, because nothing else shows them.
 */
export const readKeptSecrets = (value: unknown, place: Place, present: readonly ClientSecret[]): readonly string[] => {
  const keyIds = listOf(keptSecret, mostCredentials)(value, place);
  const unknown = keyIds.some((id) => !present.some(({ keyId }) => keyId === id));
  if (unknown) throw new GraphError('newPassword');
  return [...new Set(keyIds)];
};
