import { isObject } from '@podpass/kernel';

type Row = Readonly<Record<string, unknown>>;

/** The objects of a list in an answer of the control interface; none when there is no such list. */
export const rowsOf = (answer: unknown, name: string): readonly Row[] => {
  const rows: unknown = isObject(answer) ? answer[name] : undefined;
  return Array.isArray(rows) ? rows.filter(isObject) : [];
};

/** A text in an answer; `?` when there is none, as from a server of another version. */
export const textOf = (answer: unknown, name: string): string => {
  const value: unknown = isObject(answer) ? answer[name] : undefined;
  return typeof value === 'string' ? value : '?';
};
