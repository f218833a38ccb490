import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GraphError } from './errors.ts';
import { parseFilter } from './filter.ts';

const outcome = (filter: string) => {
  try {
    return parseFilter(filter);
  } catch (thrown) {
    return thrown instanceof GraphError ? 'refused' : 'broken';
  }
};

describe('parseFilter', () => {
  it.each([
    '',
    ' ',
    'userPrincipalName',
    'userPrincipalName eq',
    'userPrincipalName eq ada',
    'userPrincipalName eq "ada"',
    "userPrincipalName eq 'ada",
    "userPrincipalName eq 'a'b'",
    "userPrincipalName ne 'ada'",
    "startswith(userPrincipalName,'ada')",
    "userPrincipalName eq 'a' or true",
    "userPrincipalName eq 'a' and appId eq 'b'",
    "servicePrincipalNames/any(c:d eq 'x')",
    "servicePrincipalNames/all(c:c eq 'x')",
    "servicePrincipalNames/any(c:c eq 'x') or appId eq 'y'",
    `appId eq '${'x'.repeat(3000)}'`,
  ])('refuses %j', (filter) => {
    expect(() => parseFilter(filter)).toThrow(GraphError);
  });

  it.each([
    [
      "userPrincipalName eq 'o''hara@contoso.example'",
      { property: 'userprincipalname', collection: false, value: "o'hara@contoso.example" },
    ],
    ["  AppId  EQ 'x' ", { property: 'appid', collection: false, value: 'x' }],
    ["servicePrincipalNames/any(c:c eq 'api://x')", { property: 'serviceprincipalnames', collection: true, value: 'api://x' }],
    ["servicePrincipalNames/any( x : x eq '' )", { property: 'serviceprincipalnames', collection: true, value: '' }],
  ])('reads %j', (filter, expected) => {
    expect(parseFilter(filter)).toEqual(expected);
  });

  it('gives back every text that was quoted', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (value) => {
        const quoted = `'${value.replaceAll("'", "''")}'`;
        expect(parseFilter(`appId eq ${quoted}`).value).toBe(value);
        expect(parseFilter(`names/any(c:c eq ${quoted})`).value).toBe(value);
      }),
    );
  });

  it('throws nothing but its own error, in linear time', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 2500 }), (filter) => {
        expect(outcome(filter)).not.toBe('broken');
      }),
    );
    expect(() => parseFilter(`appId eq '${"''".repeat(900)}`)).toThrow(GraphError);
  });
});
