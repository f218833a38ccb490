import { readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from '@podpass/tools';

/** One library's part of the matrix, as the parity page lists it. */
export interface MatrixEntry {
  readonly language: 'TypeScript' | 'Python' | 'Go' | 'Java';
  readonly library: string;
  readonly credentials: readonly string[];
}

/** The matrix as data: the suites run what it lists, the parity page prints it. */
export const matrix = JSON.parse(readFileSync(path.join(root, 'conformance/sdks/matrix.json'), 'utf8')) as readonly MatrixEntry[];
