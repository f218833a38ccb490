import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GraphError } from '../../../errors.ts';
import { applicationBody } from './body.ts';
import { checkIdentifierUris } from './uris.ts';
import { readReference } from './references.ts';

const place = { resource: 'Application', property: '' };
const attempt = <T>(run: () => T): T | GraphError => {
  try {
    return run();
  } catch (thrown) {
    if (thrown instanceof GraphError) return thrown;
    throw thrown;
  }
};

describe('bodies', () => {
  it('are read or refused, whatever they hold', () => {
    const names = ['displayName', 'web', 'api', 'spa', 'appRoles', 'tags', 'info', 'optionalClaims', 'owners@odata.bind', 'x'];
    const body = fc.dictionary(fc.constantFrom(...names), fc.jsonValue({ maxDepth: 4 }));
    expect(() => fc.assert(fc.property(body, (value) => attempt(() => applicationBody(value, place)) !== undefined))).not.toThrow();
  });
});

describe('references', () => {
  const id = '11111111-2222-4333-8444-555555555555';
  it.each([
    '',
    id,
    `https://graph.microsoft.com/v1.0/directoryObjects/`,
    `https://graph.microsoft.com/v1.0/directoryObjects/${id}/owners`,
    `https://graph.microsoft.com/v1.0/groups/${id}`,
    `https://graph.microsoft.com/v2.0/users/${id}`,
    `https://graph.microsoft.com/v1.0/users/bob@contoso.example`,
  ])('are refused: %s', (url) => {
    expect(attempt(() => readReference({ '@odata.id': url }))).toMatchObject({ reason: 'badReferenceUrl' });
  });
  it('give the id', () => {
    expect(readReference({ '@odata.id': `https://graph.microsoft.com/v1.0/Users/${id.toUpperCase()}` })).toBe(id);
    expect(attempt(() => readReference({ '@odata.id': id, more: 1 }))).toMatchObject({ reason: 'unknownBodyProperty' });
  });
});

describe('identifier URIs', () => {
  const owner = { appId: undefined, tenantId: '99999999-2222-4333-8444-555555555555', domains: ['contoso.example'], anyDomain: false };
  it('are only of the verified domains, whatever stands around them', () => {
    const host = fc.stringMatching(/^[a-z]{1,9}(\.[a-z0-9-]{1,9}){1,3}$/).map((name) => `${name}x`);
    fc.assert(
      fc.property(fc.constantFrom('api', 'https'), host, fc.constantFrom('', '/', '/contoso.example'), (scheme, name, path) => {
        expect(attempt(() => checkIdentifierUris([`${scheme}://${name}${path}`], owner))).toBeInstanceOf(GraphError);
      }),
    );
  });
  it.each(['https://contoso.example@evil.example/', 'https://evil.example?contoso.example', 'https://evil.example/contoso.example'])(
    'are not fooled by %s',
    (uri) => {
      expect(attempt(() => checkIdentifierUris([uri], owner))).toBeInstanceOf(GraphError);
    },
  );
});
