import { randomText } from '@podpass/kernel';
import { errors } from '../../errors.ts';
import type { KubeObject } from '../../object/types.ts';
import type { ResourceCall } from '../call.ts';

/** Without vowels and look-alikes, as Kubernetes' own generator. */
const alphabet = 'bcdfghjklmnpqrstvwxz2456789';

/** Longest `generateName` that leaves room for the suffix. */
const longestBase = 58;

/** A name from `generateName` and five random characters. */
export const generatedName = (base: string): string => `${base.slice(0, longestBase)}${randomText(5, alphabet)}`;

/**
 * Names of objects are path segments: they must not be able to leave their place. Each kind's stricter rule is checked by validation. Throws Invalid.
 */
export const requireSegment = (call: ResourceCall, name: string): void => {
  const fault = (reason: string, message: string) => errors.invalid(call.target.row, name, [{ reason, field: 'metadata.name', message }]);
  if (name === '') throw fault('FieldValueRequired', 'Required value: name or generateName is required');
  const shown = `Invalid value: ${JSON.stringify(name.slice(0, 64))}`;
  if (name.length > 253) throw fault('FieldValueInvalid', `${shown}: must be no more than 253 characters`);
  if (name === '.' || name === '..') throw fault('FieldValueInvalid', `${shown}: may not be '${name}'`);
  if (/[/%]/.test(name)) throw fault('FieldValueInvalid', `${shown}: may not contain '/' or '%'`);
  if (/\p{Cc}/u.test(name)) throw fault('FieldValueInvalid', `${shown}: may not contain control characters`);
};

/** Puts the URL's namespace into the object; what the object says must agree. Throws BadRequest. */
export const placeObject = (call: ResourceCall, object: KubeObject): void => {
  const { row, namespace } = call.target;
  if (!row.namespaced) {
    if (object.metadata.namespace !== undefined) throw errors.badRequest('namespace is not allowed on this type');
    return;
  }
  if (object.metadata.namespace !== undefined && object.metadata.namespace !== namespace) {
    throw errors.badRequest('the namespace of the provided object does not match the namespace sent on the request');
  }
  object.metadata.namespace = namespace;
};
