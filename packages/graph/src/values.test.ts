import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GraphError } from './errors.ts';
import { flag, optional, record, sized, time } from './values.ts';

const place = { resource: 'User', property: '' };
const attempt = <T>(run: () => T): T | GraphError => {
  try {
    return run();
  } catch (thrown) {
    if (thrown instanceof GraphError) return thrown;
    throw thrown;
  }
};

describe('records', () => {
  const read = record(
    { name: sized({ least: 1, most: 3 }), note: optional(sized()), inner: record({ on: flag }, { required: ['on'] }) },
    { required: ['name'], absent: ['theme'], ignored: (name, value) => name === 'kind' && value === 'plain' },
  );
  it.each([
    [{ unknown: 1 }, "A value is required for property 'name' of resource 'User'."],
    [{ name: null }, "A value is required for property 'name' of resource 'User'."],
    [{ name: '' }, "Invalid value specified for property 'name' of resource 'User'."],
    [{ name: 'long' }, "Invalid value specified for property 'name' of resource 'User'."],
    [{ name: 'a', theme: null }, "Podpass does not offer 'property 'theme' of User' of Microsoft Graph."],
    [{ name: 'a', kind: 'other' }, "Invalid property 'kind'."],
    [{ name: 'a', '@odata.type': 'x' }, "Invalid property '@odata.type'."],
    [{ name: 'a', toString: 1 }, "Invalid property 'toString'."],
    [{ name: 'a', inner: {} }, "A value is required for property 'inner/on' of resource 'User'."],
    [{ name: 'a', inner: { on: 1 } }, "Invalid value specified for property 'inner/on' of resource 'User'."],
  ])('refuse %j', (body, sentence) => {
    expect(attempt(() => read(body, place))).toMatchObject({ sentence });
  });
  it('hold only what was said, and tell absent from null', () => {
    expect(read({ name: 'a', note: null, kind: 'plain' }, place)).toStrictEqual({ name: 'a', note: undefined });
    expect(record({ a: flag })({ '@odata.type': 'x', 'a@odata.type': 'y', a: true }, place)).toStrictEqual({ a: true });
  });
});

describe('times', () => {
  it('hold times that mean one moment', () => {
    fc.assert(
      fc.property(fc.date({ min: new Date('2000-01-01'), max: new Date('2200-01-01'), noInvalidDate: true }), (date) => {
        expect(time(date.toISOString(), place)).toBe(date.toISOString());
      }),
    );
    for (const bad of ['2026-13-01T00:00:00Z', '2026-01-01', '2026-01-01T00:00:00', '1', '', null, 5]) {
      expect(
        attempt(() => time(bad, place)),
        String(bad),
      ).toBeInstanceOf(GraphError);
    }
  });
});
