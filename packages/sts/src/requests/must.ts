import { KernelError } from '@podpass/kernel';

/** A value that an earlier step of the pipeline has filled; anything else is a mistake in the order of the steps. */
export const must = <T>(value: T | undefined): T => {
  if (value === undefined) throw new KernelError('invalid', 'A pipeline step ran before the one that it builds on.');
  return value;
};
