import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from '@podpass/tools';

/**
 * `node bench/src/fuzz.ts [--runs N]`: the property tests of the token parsers and of the claims expressions with N cases in
 * all, 2,000,000 unless told otherwise, shared out evenly. Progress goes to standard error; exit code 1 on a
 * counterexample, which is printed with the seed that finds it again. The properties are the unit tests' own, imported by
 * their files because they are no part of any package's interface.
 */
interface Property {
  readonly name: string;
  run(runs: number): void;
}

const files = ['packages/crypto/src/jwt/properties.ts', 'packages/directory/src/claims-matching/properties.ts'];
/** Small enough that progress shows, large enough that the generators warm up. */
const slice = 20_000;

const wanted = (): number => {
  const at = process.argv.indexOf('--runs');
  const runs = at < 0 ? 2_000_000 : Number(process.argv[at + 1]);
  if (!Number.isSafeInteger(runs) || runs < 1) throw new Error('--runs takes a whole number above zero.');
  return runs;
};

const isProperty = (value: unknown): value is Property =>
  typeof value === 'object' && value !== null && 'name' in value && 'run' in value && typeof value.run === 'function';

const load = async (file: string): Promise<Property[]> => {
  const loaded = (await import(pathToFileURL(path.join(root, file)).href)) as Record<string, unknown>;
  const { properties } = loaded;
  if (!Array.isArray(properties) || properties.length === 0 || !properties.every(isProperty))
    throw new Error(`${file} exports no properties.`);
  return properties;
};

const show = (text: string) => process.stderr.write(`${text}\n`);

/** True when `runs` cases found no counterexample. */
const check = (property: Property, runs: number): boolean => {
  const started = performance.now();
  for (let done = 0; done < runs; done += slice) {
    try {
      property.run(Math.min(slice, runs - done));
    } catch (thrown) {
      show(`FAILED after ${done} cases or more: ${property.name}`);
      process.stdout.write(`${property.name}\n${thrown instanceof Error ? thrown.message : String(thrown)}\n`);
      return false;
    }
    if (process.stderr.isTTY) process.stderr.write(`\r${done}/${runs} ${property.name} `);
  }
  show(`${process.stderr.isTTY ? '\r' : ''}${runs} cases in ${((performance.now() - started) / 1000).toFixed(1)} s: ${property.name}`);
  return true;
};

const runs = wanted();
const properties = (await Promise.all(files.map(load))).flat();
const share = Math.ceil(runs / properties.length);
const failed = properties.filter((property) => !check(property, share)).length;
process.stdout.write(`${properties.length} properties, ${share * properties.length} cases, ${failed} failed\n`);
process.exitCode = failed === 0 ? 0 : 1;
