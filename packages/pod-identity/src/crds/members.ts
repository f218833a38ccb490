import { isObject } from '@podpass/kernel';

/*
 * Members of objects that users wrote. Whatever is not of the kind that is asked for reads as nothing; nothing throws.
 */

export const text = (value: unknown): string => (typeof value === 'string' ? value : '');

export const members = (value: unknown): Readonly<Record<string, unknown>> => (isObject(value) ? value : {});

/** The texts among a map's values. Without a prototype: users choose the names that it is asked for. */
export const textMap = (value: unknown): Readonly<Record<string, string>> => {
  const kept = Object.create(null) as Record<string, string>;
  for (const [name, item] of Object.entries(members(value))) if (typeof item === 'string') kept[name] = item;
  return kept;
};
