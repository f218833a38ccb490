import { isObject } from '@podpass/kernel';

/** An object under construction: defaulting works on a private copy. */
export type Draft = Record<string, unknown>;

/** Sets a member that is absent or null. */
export const fill = (draft: Draft, defaults: Readonly<Draft>): void => {
  for (const [name, value] of Object.entries(defaults)) draft[name] ??= structuredClone(value);
};

/** The object below `name`; undefined when there is none. */
export const child = (draft: Draft, name: string): Draft | undefined => {
  const value = draft[name];
  return isObject(value) ? value : undefined;
};

/** The object below `name`, made when it is absent. A value of another type is left for validation to refuse. */
export const ensure = (draft: Draft, name: string): Draft => {
  draft[name] ??= {};
  return child(draft, name) ?? {};
};

/** The objects of the list below `name`. */
export const items = (draft: Draft, name: string): Draft[] => {
  const value = draft[name];
  return Array.isArray(value) ? value.filter((item) => isObject(item)) : [];
};

export const text = (draft: Draft, name: string): string => {
  const value = draft[name];
  return typeof value === 'string' ? value : '';
};
