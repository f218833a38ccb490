/**
 * Puts the elements of a merged list in order as kubectl expects: those that the patch names in the patch's order,
 * the others in the order they had, interleaved by their former places. Elements are named by their identities.
 */
export const orderMerged = (merged: readonly string[], patched: readonly string[], former: readonly string[]): string[] => {
  const patchPlace = new Map(patched.map((identity, index) => [identity, index]));
  const formerPlace = new Map(former.map((identity, index) => [identity, index]));
  const place = (places: ReadonlyMap<string, number>, identity: string) => places.get(identity) ?? Number.MAX_SAFE_INTEGER;
  const own = merged.filter((identity) => !patchPlace.has(identity)).toSorted((a, b) => place(formerPlace, a) - place(formerPlace, b));
  const named = merged.filter((identity) => patchPlace.has(identity)).toSorted((a, b) => place(patchPlace, a) - place(patchPlace, b));
  const ordered: string[] = [];
  let left = 0;
  for (const identity of named) {
    const at = formerPlace.get(identity);
    while (left < own.length) {
      const candidate = own[left];
      if (candidate === undefined || !(at === undefined ? formerPlace.has(candidate) : place(formerPlace, candidate) <= at)) break;
      ordered.push(candidate);
      left += 1;
    }
    ordered.push(identity);
  }
  return [...ordered, ...own.slice(left)];
};
