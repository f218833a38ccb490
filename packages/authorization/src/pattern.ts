/**
 * Action patterns of Azure roles. `*` matches any run of characters, `/` included, and nothing else is special;
 * comparison ignores case. A whole inner segment that is a star may also be absent: the role Managed Identity
 * Operator names its assign action with such a segment, and Azure lets it cover `userAssignedIdentities/assign/action`.
 * https://learn.microsoft.com/azure/role-based-access-control/role-definitions#actions-format
 */
export type Matcher = (lowerCaseAction: string) => boolean;

/** The pattern's literal runs between its stars must occur in order: linear time, no backtracking. */
const glob = (pieces: readonly string[]): Matcher => {
  const first = pieces[0] ?? '';
  const last = pieces.at(-1) ?? '';
  const middle = pieces.slice(1, -1);
  return (action) => {
    if (action.length < first.length + last.length || !action.startsWith(first) || !action.endsWith(last)) return false;
    const end = action.length - last.length;
    let at = first.length;
    for (const piece of middle) {
      const found = action.indexOf(piece, at);
      if (found === -1 || found + piece.length > end) return false;
      at = found + piece.length;
    }
    return true;
  };
};

/** The pattern as written, and without its inner segments that are just a star. */
const readings = (pattern: string): readonly string[] => {
  const shorter = pattern.replaceAll('/*/', '/');
  return shorter === pattern ? [pattern] : [pattern, shorter];
};

/** Compiles one pattern to a test over actions that are in lower case already. */
export const compilePattern = (pattern: string): Matcher => {
  const matchers = readings(pattern.toLowerCase()).map((reading): Matcher => {
    if (!reading.includes('*')) return (action) => action === reading;
    return glob(reading.split('*'));
  });
  const [only] = matchers;
  return only !== undefined && matchers.length === 1 ? only : (action) => matchers.some((matches) => matches(action));
};
