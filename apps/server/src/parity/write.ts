import { writeFile } from 'node:fs/promises';
import { parityPage } from './page.ts';

/** `npm run parity`: writes the parity page. */
await writeFile(new URL('../../../../docs/parity.md', import.meta.url), parityPage());
