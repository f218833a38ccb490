import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { redirectUris } from './redirect-uris.ts';

const accepts = (platform: string, uri: unknown) => {
  try {
    redirectUris.check({ web: [], spa: [], publicClient: [], [platform]: [uri] }, 'redirectUris');
    return true;
  } catch {
    return false;
  }
};

const platforms = ['web', 'spa', 'publicClient'];

describe('redirect URIs', () => {
  it.each([
    'http://app.example/',
    'http://localhost.evil.example/',
    'http://localhost@evil.example/',
    'http://127.0.0.1.evil.example/',
    'http://[::1]/',
    'https://user:word@app.example/',
    'https://*.app.example/',
    'https://app.example/*',
    'https://app.example/#part',
    'https://app.example/#',
    'https://app.example/a b',
    ' https://app.example/',
    'https://app.example/\n',
    'https:\\\\app.example/',
    'https:app.example',
    'https:///app.example',
    '//app.example',
    '/path',
    '',
    'https://app.example/"onload=',
    'https://app.example/<x>',
    `https://app.example/${'a'.repeat(240)}`,
    'https://äpp.example/',
    'javascript:alert',
    'JavaScript:alert',
    'data:text/html,x',
    'vbscript:x',
    'file:///etc/passwd',
    'blob:https://app.example/x',
    'view-source:https://app.example',
    'ftp://app.example/',
    'ws://localhost/',
    'about:blank',
    'intent://x',
    42,
    null,
    { toString: () => 'https://app.example' },
  ])('%j is refused on every platform', (uri) => {
    for (const platform of platforms) expect(accepts(platform, uri)).toBe(false);
  });

  it.each([
    'https://app.example',
    'https://app.example:8443/callback?tenant=1&x=%20y',
    'http://localhost',
    'http://localhost:8400/cb',
    'http://127.0.0.1:1234',
  ])('%s is accepted on every platform', (uri) => {
    for (const platform of platforms) expect(accepts(platform, uri)).toBe(true);
  });

  it.each(['msal00000000-0000-4000-8000-000000000000://auth', 'com.example.app:/oauth', 'urn:ietf:wg:oauth:2.0:oob', 'ms-appx-web://x/y'])(
    '%s is for native clients alone',
    (uri) => {
      expect(platforms.filter((platform) => accepts(platform, uri))).toEqual(['publicClient']);
    },
  );

  it('belong to one platform, once, and are bounded in number', () => {
    const check = (value: unknown) => () => redirectUris.check(value, 'redirectUris');
    const many = Array.from({ length: 257 }, (_, index) => `https://app.example/${index}`);
    const none = { web: [], spa: [], publicClient: [] };
    expect(check({ ...none, web: ['https://a.example'], spa: ['https://a.example'] })).toThrow('twice');
    expect(check({ ...none, web: ['https://a.example', 'https://a.example'] })).toThrow('twice');
    expect(check({ ...none, web: many })).toThrow('too many');
    expect(check({ ...none, web: many.slice(1) })).not.toThrow();
    for (const value of [undefined, [], { web: [], spa: [] }, { ...none, other: [] }, { ...none, web: 'https://a.example' }]) {
      expect(check(value)).toThrow('redirect URIs');
    }
  });

  it('never lead a browser to another host in clear text, or to script (property)', () => {
    fc.assert(
      fc.property(fc.oneof(fc.webUrl({ validSchemes: ['http', 'https', 'ftp'] }), fc.string(), fc.string({ unit: 'binary' })), (uri) => {
        for (const platform of ['web', 'spa']) {
          if (!accepts(platform, uri)) continue;
          const { protocol, hostname } = new URL(uri);
          expect(protocol === 'https:' || (protocol === 'http:' && ['localhost', '127.0.0.1'].includes(hostname))).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  });
});
