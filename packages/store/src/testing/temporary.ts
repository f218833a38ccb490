import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A fresh folder that `remove` deletes with all that is in it. */
export const temporaryFolder = (): { path: string; remove: () => void } => {
  const path = mkdtempSync(join(tmpdir(), 'podpass-store-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
};
