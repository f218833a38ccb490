/** Longer texts are compared by their beginning: the measure takes a time that grows with the square of the length. */
const maxLength = 20_000;

/** Jaro similarity of two texts: 1 for equal ones, 0 for those that share nothing. Two empty texts are equal. */
export const jaro = (first: string, second: string): number => {
  const a = first.slice(0, maxLength);
  const b = second.slice(0, maxLength);
  if (a === b) return 1;
  if (a.length === 0 || b.length === 0) return 0;
  const reach = Math.max(0, Math.floor(Math.max(a.length, b.length) / 2) - 1);
  const usedOfA = new Uint8Array(a.length);
  const usedOfB = new Uint8Array(b.length);
  let matches = 0;
  for (let i = 0; i < a.length; i += 1) {
    const code = a.charCodeAt(i);
    const end = Math.min(b.length, i + reach + 1);
    for (let j = Math.max(0, i - reach); j < end; j += 1) {
      if (usedOfB[j] === 1 || b.charCodeAt(j) !== code) continue;
      usedOfA[i] = 1;
      usedOfB[j] = 1;
      matches += 1;
      break;
    }
  }
  if (matches === 0) return 0;
  const transpositions = outOfOrder(a, b, usedOfA, usedOfB) / 2;
  return (matches / a.length + matches / b.length + (matches - transpositions) / matches) / 3;
};

/** How many of the matched characters stand in another order. */
const outOfOrder = (a: string, b: string, usedOfA: Uint8Array, usedOfB: Uint8Array): number => {
  let count = 0;
  let j = 0;
  for (let i = 0; i < a.length; i += 1) {
    if (usedOfA[i] === 0) continue;
    while (usedOfB[j] === 0) j += 1;
    if (a.charCodeAt(i) !== b.charCodeAt(j)) count += 1;
    j += 1;
  }
  return count;
};

const boostFrom = 0.7;
const boostLength = 4;
const boostWeight = 0.1;

/** Jaro-Winkler similarity: what begins alike is more alike, once it is alike at all (from 0.7 on, up to four characters). */
export const jaroWinkler = (a: string, b: string): number => {
  const score = jaro(a, b);
  if (score <= boostFrom) return score;
  let prefix = 0;
  while (prefix < boostLength && prefix < a.length && prefix < b.length && a[prefix] === b[prefix]) prefix += 1;
  return score + boostWeight * prefix * (1 - score);
};
