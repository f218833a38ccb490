import { isObject } from '@podpass/kernel';
import type { Fields, KubeObject } from './types.ts';

/*
 * Reading stored objects. What clients sent may hold any JSON in any place, so that nothing here assumes a shape:
 * a value of the wrong type reads as if it were absent.
 */

/** The value as an object; empty when it is none. */
export const fields = (value: unknown): Fields => (isObject(value) ? value : {});

/** The value as a list; empty when it is none. */
export const items = (value: unknown): readonly unknown[] => (Array.isArray(value) ? (value as readonly unknown[]) : []);

/** The objects in a list. */
export const objects = (value: unknown): readonly Fields[] => items(value).filter(isObject);

/** The strings in a list. */
export const strings = (value: unknown): readonly string[] => items(value).filter((entry) => typeof entry === 'string');

/** The value as text; empty when it is none. */
export const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** The value as a number. */
export const number = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);

/** The members of an object whose values are text: labels, annotations, selectors. */
export const textMap = (value: unknown): Record<string, string> => {
  const result: Record<string, string> = {};
  for (const [key, entry] of Object.entries(fields(value))) if (typeof entry === 'string') result[key] = entry;
  return result;
};

/** The value under a path of members; undefined as soon as one is missing. */
export const dig = (value: unknown, ...path: readonly string[]): unknown => {
  let current = value;
  for (const member of path) {
    if (!isObject(current)) return undefined;
    current = current[member];
  }
  return current;
};

export const specOf = (object: KubeObject): Fields => fields(object['spec']);
export const statusOf = (object: KubeObject): Fields => fields(object['status']);
export const nameOf = (object: KubeObject): string => object.metadata.name ?? '';
export const namespaceOf = (object: KubeObject): string => object.metadata.namespace ?? '';
export const uidOf = (object: KubeObject): string => object.metadata.uid ?? '';
export const labelsOf = (object: KubeObject): Record<string, string> => object.metadata.labels ?? {};
export const isDeleting = (object: KubeObject): boolean => object.metadata.deletionTimestamp !== undefined;

/** A copy that may be changed. */
export const clone = <T>(value: T): T => structuredClone(value);

/** Kubernetes' time format: RFC 3339 in UTC with whole seconds. */
export const timestamp = (milliseconds: number): string => `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;
