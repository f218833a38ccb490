import { readFileSync } from 'node:fs';

const numbers = (text: string): readonly number[] =>
  text
    .trim()
    .split(/\s+/u)
    .filter((word) => word !== '')
    .map(Number);

const read = (file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
};

/** A process's number in each pid namespace that it is in, outermost first. */
const numbersOf = (pid: number): readonly number[] => numbers(/^NSpid:(.*)$/mu.exec(read(`/proc/${String(pid)}/status`))?.[1] ?? '');

/**
 * The number, on the machine, of the first process in the container that `pid` started: process 1 of a pid namespace
 * below that of `pid`. Undefined as long as there is none. Commands that enter namespaces may stand between the two.
 */
export const initProcess = (pid: number): number | undefined => {
  const depth = numbersOf(pid).length;
  let level: readonly number[] = [pid];
  for (let step = 0; step < 5 && level.length > 0; step += 1) {
    level = level.flatMap((parent) => numbers(read(`/proc/${String(parent)}/task/${String(parent)}/children`)));
    const found = level.find((child) => {
      const inside = numbersOf(child);
      return inside.length > depth && inside.at(-1) === 1;
    });
    if (found !== undefined) return found;
  }
  return undefined;
};
