import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLoginNames } from '../login-names.ts';
import type { Services } from '../services.ts';
import { isRealmAudience } from './assertion-audience.ts';

const tenant = { id: '3a7c0b9e-2f5d-4e1a-9b8c-6d5e4f3a2b1c', displayName: 'Contoso', domains: ['contoso.example'], createdDateTime: '' };
const directory = {
  tenants: { find: (name: string) => (name.toLowerCase() === tenant.id || name === 'contoso.example' ? tenant : undefined) },
} as Services['directory'];
const at = (port?: number) => {
  const names = createLoginNames({ loginHost: 'login.local', aliases: ['login.windows.net'], ...(port === undefined ? {} : { port }) });
  return (audience: unknown) => isRealmAudience(audience, { names, directory, tenant });
};
const path = `${tenant.id}/oauth2/v2.0/token`;

describe('the audience of a client assertion', () => {
  it('is never anything but a URL of the login origin', () => {
    fc.assert(
      fc.property(fc.oneof(fc.anything(), fc.webUrl()), (audience) => {
        expect(at()(audience)).toBe(false);
      }),
    );
  });

  it.each([
    `https://login.local:9999/${path}`,
    `https://login.local:84430/${path}`,
    `https://login.evil.example:8443/${path}`,
    `https://login.local.evil.example:8443/${path}`,
    `https://login.local@evil.example:8443/${path}`,
    `https://user@login.local:8443/${path}`,
    `https://login.local:8443/${path}#x`,
    `https://login.local:8443//${path}`,
    `https://login.local:8443/`,
    `https://login.local:8443/other.example/oauth2/v2.0/token`,
  ])('%s is foreign to an origin with a port', (audience) => {
    expect(at(8443)(audience)).toBe(false);
  });

  it.each(['login.local:8443', 'login.windows.net:8443', 'login.windows.net', 'login.microsoftonline.com', 'sts.windows.net'])(
    'may name %s, by id or domain',
    (host) => {
      expect(at(8443)(`https://${host}/${path}`)).toBe(true);
      expect(at(8443)([`https://${host}/contoso.example/oauth2/token`])).toBe(true);
    },
  );
});
