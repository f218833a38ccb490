/** Writes the manifests of standard mode: `node packages/pod-identity/src/addon/standard/write.ts`. */
import { mkdir, writeFile } from 'node:fs/promises';
import { standardFiles } from './files.ts';

const folder = new URL('../../../../../deploy/aad-pod-identity/', import.meta.url);
await mkdir(folder, { recursive: true });
for (const [name, text] of standardFiles()) await writeFile(new URL(name, folder), text);
