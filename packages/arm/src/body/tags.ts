import { isObject } from '@podpass/kernel';
import { tagLimits } from '../wire.ts';
import type { Problem, Shape } from './shape.ts';

/** Tags of a resource, within Azure's limits. Names compare without regard to case. */
export const tags = (): Shape<Readonly<Record<string, string>>> => ({
  read(value, path, problems: Problem[]) {
    const wrong = (at: string, message: string) => void problems.push({ path: at, message });
    if (!isObject(value)) {
      wrong(path, 'must be an object of strings');
      return undefined;
    }
    const entries = Object.entries(value);
    if (entries.length > tagLimits.count) wrong(path, `must not hold more than ${tagLimits.count} tags`);
    const seen = new Set<string>();
    const read: Record<string, string> = {};
    for (const [name, text] of entries.slice(0, tagLimits.count)) {
      const at = `${path}.${name.slice(0, 40)}`;
      if (name === '' || name.length > tagLimits.name) wrong(at, `must have a name of 1 to ${tagLimits.name} characters`);
      if (/[<>%&\\?/]/.test(name)) wrong(at, 'must not have any of < > % & \\ ? / in its name');
      if (seen.has(name.toLowerCase())) wrong(at, 'must not be given twice');
      if (typeof text !== 'string') wrong(at, 'must be a string');
      else if (text.length > tagLimits.value) wrong(at, `must not be longer than ${tagLimits.value} characters`);
      else read[name] = text;
      seen.add(name.toLowerCase());
    }
    return read;
  },
});
