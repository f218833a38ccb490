import { KernelError } from '@podpass/kernel';

/**
 * A collection's keys are its escaped name, a colon, and the id as it stands: `directory/applications:0f3c…`. The name's
 * own colons and percent signs are percent-encoded, so the first colon of a key always ends the name; therefore no
 * collection's keys lie under another's prefix, whatever the names and ids are (an id may hold `/`, `:` or anything
 * else), and ids keep their byte order.
 */
export interface KeySpace {
  /** The prefix that all keys of the collection share, the colon included. */
  readonly prefix: string;
  key(id: string): string;
  /** The id in a key of this collection. */
  id(key: string): string;
}

export const createKeySpace = (name: string): KeySpace => {
  if (name.length === 0) throw new KernelError('invalid', 'A collection needs a name.');
  const prefix = `${name.replaceAll('%', '%25').replaceAll(':', '%3A')}:`;
  return { prefix, key: (id) => prefix + id, id: (key) => key.slice(prefix.length) };
};
