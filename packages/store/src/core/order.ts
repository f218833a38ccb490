const lowestSurrogate = 0xd800;
const highestSurrogate = 0xdfff;

/** Moves surrogates above all other code units, where the code points that they stand for belong. */
const weight = (unit: number): number => {
  if (unit < lowestSurrogate) return unit;
  return unit <= highestSurrogate ? unit + 0x2000 : unit - 0x800;
};

/**
 * Orders keys by the bytes of their UTF-8 form, which is the order of their code points; JavaScript's own `<` orders
 * by UTF-16 code units and differs from it beyond the basic plane.
 */
export const compareKeys = (left: string, right: string): number => {
  const shared = Math.min(left.length, right.length);
  for (let at = 0; at < shared; at += 1) {
    const a = left.charCodeAt(at);
    const b = right.charCodeAt(at);
    if (a !== b) return weight(a) - weight(b);
  }
  return left.length - right.length;
};
