import { isObject } from '@podpass/kernel';
import { errors } from '../errors.ts';
import type { Fields, KubeObject, ObjectMeta, OwnerReference } from './types.ts';

const typeName = (value: unknown) => (Array.isArray(value) ? 'array' : value === null ? 'null' : typeof value);
const wrong = (kind: string, field: string, value: unknown, wanted: string) =>
  errors.badRequest(
    `${kind} in the request body cannot be decoded: json: cannot unmarshal ${typeName(value)} into field ${field} of type ${wanted}`,
  );

const textFields = ['name', 'generateName', 'namespace', 'uid', 'resourceVersion', 'creationTimestamp', 'deletionTimestamp'] as const;
const numberFields = ['generation', 'deletionGracePeriodSeconds'] as const;
const mapFields = ['labels', 'annotations'] as const;

const textMapOf = (kind: string, field: string, value: unknown): Record<string, string> => {
  if (!isObject(value)) throw wrong(kind, `metadata.${field}`, value, 'map[string]string');
  const result: Record<string, string> = {};
  for (const [key, entry] of Object.entries(value)) {
    if (entry !== null && typeof entry !== 'string') throw wrong(kind, `metadata.${field}.${key}`, entry, 'string');
    result[key] = entry ?? '';
  }
  return result;
};

const ownerOf = (kind: string, value: unknown): OwnerReference => {
  if (!isObject(value)) throw wrong(kind, 'metadata.ownerReferences', value, 'OwnerReference');
  const { apiVersion, name, uid, controller, blockOwnerDeletion } = value;
  const owner = value['kind'];
  if (typeof apiVersion !== 'string' || typeof owner !== 'string' || typeof name !== 'string' || typeof uid !== 'string') {
    throw errors.badRequest('metadata.ownerReferences: apiVersion, kind, name and uid are required text');
  }
  return {
    apiVersion,
    kind: owner,
    name,
    uid,
    ...(typeof controller === 'boolean' ? { controller } : {}),
    ...(typeof blockOwnerDeletion === 'boolean' ? { blockOwnerDeletion } : {}),
  };
};

/** Reads `metadata` from what a client sent: members of the wrong type are refused, nulls, `managedFields` and unknown members dropped. */
export const readMetadata = (kind: string, value: unknown): ObjectMeta => {
  if (value === undefined || value === null) return {};
  if (!isObject(value)) throw wrong(kind, 'metadata', value, 'ObjectMeta');
  const result: ObjectMeta = {};
  for (const field of textFields) {
    const entry = value[field];
    if (entry === undefined || entry === null || entry === '') continue;
    if (typeof entry !== 'string') throw wrong(kind, `metadata.${field}`, entry, 'string');
    result[field] = entry;
  }
  for (const field of numberFields) {
    const entry = value[field];
    if (entry === undefined || entry === null) continue;
    if (typeof entry !== 'number' || !Number.isSafeInteger(entry)) throw wrong(kind, `metadata.${field}`, entry, 'int64');
    result[field] = entry;
  }
  for (const field of mapFields) {
    const entry = value[field];
    if (entry === undefined || entry === null) continue;
    const map = textMapOf(kind, field, entry);
    if (Object.keys(map).length > 0) result[field] = map;
  }
  const { finalizers, ownerReferences } = value;
  if (finalizers !== undefined && finalizers !== null) {
    if (!Array.isArray(finalizers) || !finalizers.every((entry) => typeof entry === 'string'))
      throw wrong(kind, 'metadata.finalizers', finalizers, '[]string');
    if (finalizers.length > 0) result.finalizers = [...new Set(finalizers)];
  }
  if (ownerReferences !== undefined && ownerReferences !== null) {
    if (!Array.isArray(ownerReferences)) throw wrong(kind, 'metadata.ownerReferences', ownerReferences, '[]OwnerReference');
    if (ownerReferences.length > 0) result.ownerReferences = ownerReferences.map((entry) => ownerOf(kind, entry));
  }
  return result;
};

/** Turns a decoded body into an object with checked metadata. */
export const readObject = (body: Fields, kind: string): KubeObject => ({ ...body, metadata: readMetadata(kind, body['metadata']) });
