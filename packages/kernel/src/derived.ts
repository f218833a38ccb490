/** Keeps one derived value for each array or object that it was made of, as long as that lives. Only for sources that never change. */
export const derived = <Source extends object, Result extends object>(make: (source: Source) => Result): ((source: Source) => Result) => {
  const known = new WeakMap<Source, Result>();
  return (source) => {
    const found = known.get(source);
    if (found !== undefined) return found;
    const result = make(source);
    known.set(source, result);
    return result;
  };
};
