interface Keyed {
  /** `namespace/name`. */
  readonly key: string;
}

/** Records by key and by group, kept as changes come, so that nobody has to search. */
export interface Grouped<T extends Keyed> {
  get(key: string): T | undefined;
  /** Sorted by key. */
  group(name: string): readonly T[];
  change(before: T | undefined, after: T | undefined): void;
}

const none: readonly never[] = [];
const byKey = (one: Keyed, other: Keyed): number => (one.key < other.key ? -1 : Number(one.key > other.key));

/** An index of records; `groupOf` names the group of each. */
export const groupedBy = <T extends Keyed>(groupOf: (record: T) => string): Grouped<T> => {
  const records = new Map<string, T>();
  const groups = new Map<string, readonly T[]>();

  const take = (record: T): void => {
    const name = groupOf(record);
    const left = (groups.get(name) ?? none).filter(({ key }) => key !== record.key);
    if (left.length > 0) groups.set(name, left);
    else groups.delete(name);
  };

  return {
    get: (key) => records.get(key),
    group: (name) => groups.get(name) ?? none,
    change(before, after) {
      const known = before === undefined ? undefined : records.get(before.key);
      if (known !== undefined) {
        take(known);
        records.delete(known.key);
      }
      if (after === undefined) return;
      const replaced = records.get(after.key);
      if (replaced !== undefined) take(replaced);
      records.set(after.key, after);
      const name = groupOf(after);
      groups.set(name, [...(groups.get(name) ?? none), after].toSorted(byKey));
    },
  };
};
