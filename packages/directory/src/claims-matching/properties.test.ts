import { expect, it } from 'vitest';
import { properties } from './properties.ts';

it.each(properties.map((property) => [property.name, property] as const))('%s', (_name, property) => {
  expect(() => property.run(3000)).not.toThrow();
});
