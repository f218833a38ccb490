import type { ImageEntry } from '../types.ts';
import { parseImageName } from './name.ts';

/** How exactly an entry names an image: digest over tag over repository; 0 is no match. */
const rank = (entry: string, image: string): number => {
  const wanted = parseImageName(image);
  const offered = parseImageName(entry);
  if (wanted === undefined || offered === undefined || wanted.repository !== offered.repository) return 0;
  if (offered.digest !== undefined) return offered.digest === wanted.digest ? 3 : 0;
  if (offered.tag === undefined) return 1;
  return offered.tag === (wanted.tag ?? (wanted.digest === undefined ? 'latest' : undefined)) ? 2 : 0;
};

/** The entry that names the image most exactly; among equals the first. */
export const bestEntry = <T extends ImageEntry>(entries: readonly T[], image: string): T | undefined => {
  let best: T | undefined;
  let highest = 0;
  for (const entry of entries) {
    const found = rank(entry.image, image);
    if (found > highest) {
      highest = found;
      best = entry;
    }
  }
  return best;
};
