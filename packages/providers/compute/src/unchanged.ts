import { isObject } from '@podpass/kernel';
import { fail } from './errors.ts';

const same = (a: unknown, b: unknown): boolean => {
  if (typeof a === 'string' && typeof b === 'string') return a.toLowerCase() === b.toLowerCase();
  return a === b;
};

const member = (present: unknown, name: string): unknown => {
  if (!isObject(present)) return undefined;
  const found = Object.entries(present).find(([key]) => key.toLowerCase() === name.toLowerCase());
  return found?.[1];
};

/**
 * The path of the first value that differs from what is there. Only what is given counts: null and left-out members ask for
 * nothing, so that a client can send its own last answer back.
 */
const difference = (given: unknown, present: unknown, path: string): string | undefined => {
  if (given === undefined || given === null) return undefined;
  if (Array.isArray(given)) {
    const before = Array.isArray(present) ? present : [];
    if (given.length !== before.length) return path;
    return given.map((each, index) => difference(each, before[index], `${path}[${index}]`)).find((each) => each !== undefined);
  }
  if (isObject(given)) {
    return Object.entries(given)
      .map(([name, each]) => difference(each, member(present, name), path === '' ? name : `${path}.${name}`))
      .find((each) => each !== undefined);
  }
  return same(given, present) ? undefined : path;
};

/** Throws `PropertyChangeNotAllowed` when the body asks for anything else than what is there. */
export const checkUnchanged = (given: object, present: object): void => {
  const property = difference(given, present, '');
  if (property !== undefined) throw fail('PropertyChangeNotAllowed', { property });
};
