import { isObject, type Json, type JsonObject } from '@podpass/kernel';
import type { FieldProblem } from '../types.ts';

/** One object of a list, with its path `name[index]`. */
export interface Item {
  readonly value: JsonObject;
  readonly path: string;
}

export const itemsOf = (object: JsonObject, name: string, path: string): Item[] => {
  const list = object[name];
  if (!Array.isArray(list)) return [];
  return (list as Json[]).flatMap((value, index) =>
    isObject(value) ? [{ value: value as JsonObject, path: `${join(path, name)}[${String(index)}]` }] : [],
  );
};

export const objectOf = (object: JsonObject, name: string): JsonObject | undefined => {
  const value = object[name];
  return isObject(value) ? (value as JsonObject) : undefined;
};

export const textOf = (object: JsonObject, name: string): string => {
  const value = object[name];
  return typeof value === 'string' ? value : '';
};

export const join = (path: string, name: string): string => (path === '' ? name : `${path}.${name}`);

/** A rule for objects of one kind. */
export type Rule = (object: JsonObject) => readonly FieldProblem[];
