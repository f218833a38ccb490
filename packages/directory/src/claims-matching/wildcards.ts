const anyRun = '*';
const anyOne = '?';

/**
 * Whether the pattern covers the whole text: `*` stands for any run of characters, also none, `?` for exactly one, anything else
 * for itself. A star gives way to the next one and is never looked at again, so that the cost is bounded by the product of both lengths,
 * whatever the pattern; a regular expression made of it could take exponential time.
 */
export const matchesWildcards = (text: string, pattern: string): boolean => {
  let at = 0;
  let next = 0;
  let star = -1;
  let resume = 0;
  while (at < text.length) {
    if (pattern[next] === anyRun) {
      star = next;
      resume = at;
      next += 1;
    } else if (next < pattern.length && (pattern[next] === anyOne || pattern[next] === text[at])) {
      at += 1;
      next += 1;
    } else if (star >= 0) {
      // The last star takes in one character more.
      resume += 1;
      at = resume;
      next = star + 1;
    } else {
      return false;
    }
  }
  while (pattern[next] === anyRun) next += 1;
  return next === pattern.length;
};
