import { fileURLToPath } from 'node:url';
import path from 'node:path';

/** The repository's root folder. */
export const root = fileURLToPath(new URL('../..', import.meta.url));
/** Everything that the repository fetches for itself; git ignores it. */
export const toolsFolder = path.join(root, '.tools');
/** Holds `az` and `kubectl`, whichever they are; put in front of PATH. */
export const binFolder = path.join(toolsFolder, 'bin');
/** Throw-away data folders of tests, walkthroughs and benchmarks. */
export const cacheFolder = path.join(root, '.cache');
