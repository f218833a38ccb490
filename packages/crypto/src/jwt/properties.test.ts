import { expect, test } from 'vitest';
import { properties } from './properties.ts';

test.each(properties.map((property) => [property.name, property] as const))('%s', (_, property) => {
  expect(() => property.run(2000)).not.toThrow();
});
