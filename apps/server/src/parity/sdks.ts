import { readFileSync } from 'node:fs';
import { isObject } from '@podpass/kernel';

/** The matrix that the conformance suites run; the parity page prints the same data, so that neither can claim more than the other. */
const file = new URL('../../../../conformance/sdks/matrix.json', import.meta.url);

/** Rows of language, library and credential. */
export const sdkRows = (): readonly (readonly [string, string, string])[] => {
  const matrix: unknown = JSON.parse(readFileSync(file, 'utf8'));
  if (!Array.isArray(matrix)) throw new Error(`${file.pathname} is no list`);
  return matrix.flatMap((entry: unknown) => {
    if (!isObject(entry) || !Array.isArray(entry['credentials'])) throw new Error(`${file.pathname} has an entry without credentials`);
    const { language, library, credentials } = entry;
    return credentials.map((credential): [string, string, string] => [String(language), String(library), String(credential)]);
  });
};
