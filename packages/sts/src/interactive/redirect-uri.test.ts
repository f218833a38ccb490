import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchRedirectUri } from './redirect-uri.ts';

const registered = {
  web: ['https://app.example/signin', 'https://app.example/cb?tenant=1', 'https://bare.example'],
  spa: ['https://spa.example/', 'http://localhost:3000/spa'],
  publicClient: [
    'http://localhost',
    'http://localhost/native',
    'http://127.0.0.1:8400/cb?x=1',
    'https://127.0.0.1/tls',
    'com.example.app://auth',
    'javascript:alert(1)//http://localhost',
    'https://user@app.example/registered',
    'https://app.example/*',
    'https://app.example/#registered',
    'https://app.example/a/../b',
  ],
};

describe('a redirect URI is refused', () => {
  it.each<[string, string]>([
    ['another host', 'https://evil.example/signin'],
    ['a longer path', 'https://app.example/signin/more'],
    ['a shorter path', 'https://app.example/'],
    ['a slash more', 'https://app.example/signin/'],
    ['no slash where one was registered', 'https://spa.example'],
    ['a slash where none was registered', 'https://bare.example/'],
    ['another query', 'https://app.example/cb?tenant=2'],
    ['a query more', 'https://app.example/signin?next=https://evil.example'],
    ['a parameter more', 'https://app.example/cb?tenant=1&next=x'],
    ['another case in the path', 'https://app.example/Signin'],
    ['another case in the host', 'https://APP.example/signin'],
    ['another case in the scheme', 'HTTPS://app.example/signin'],
    ['another scheme', 'http://app.example/signin'],
    ['a port', 'https://app.example:8443/signin'],
    ['the default port', 'https://app.example:443/signin'],
    ['a subdomain', 'https://x.app.example/signin'],
    ['a registered host as a label', 'https://app.example.evil.example/signin'],
    ['a registered host as a user name', 'https://app.example@evil.example/signin'],
    ['a user name before a registered host', 'https://evil@app.example/signin'],
    ['an empty user name', 'https://@app.example/signin'],
    ['a user name that was registered', 'https://user@app.example/registered'],
    ['a fragment', 'https://app.example/signin#x'],
    ['an empty fragment', 'https://app.example/signin#'],
    ['a fragment that was registered', 'https://app.example/#registered'],
    ['dot segments', 'https://app.example/x/../signin'],
    ['dot segments that were registered', 'https://app.example/a/../b'],
    ['encoded dot segments', 'https://app.example/%2e%2e/signin'],
    ['an encoded path', 'https://app.example/%73ignin'],
    ['a backslash', 'https://app.example\\@evil.example/signin'],
    ['a backslash for a slash', 'https:\\\\app.example\\signin'],
    ['a wildcard that was registered', 'https://app.example/*'],
    ['what the wildcard would match', 'https://app.example/anything'],
    ['white space before', ' https://app.example/signin'],
    ['white space after', 'https://app.example/signin '],
    ['a tab', 'https://app.example/\tsignin'],
    ['a line break', 'https://app.example/signin\r\nset-cookie: x=1'],
    ['a null character', 'https://app.example/signin\0'],
    ['a letter that only looks the same', 'https://аpp.example/signin'],
    ['a full stop of another alphabet', 'https://app。example/signin'],
    ['a full-width solidus', 'https://app.example／signin'],
    ['no scheme', '//app.example/signin'],
    ['a path only', '/signin'],
    ['nothing', ''],
    ['script that was registered', 'javascript:alert(1)//http://localhost'],
    ['data', 'data:text/html,x'],
    ['localhost with another path', 'http://localhost:1234/other'],
    ['localhost with a longer path', 'http://localhost:1234/native/more'],
    ['localhost over TLS', 'https://localhost:1234'],
    ['localhost in capitals', 'http://LOCALHOST:1234'],
    ['localhost as a label', 'http://localhost.evil.example'],
    ['localhost as a user name', 'http://localhost:1234@evil.example'],
    ['localhost with a final dot', 'http://localhost.:1234'],
    ['localhost with a query', 'http://localhost:1234?x=1'],
    ['a port that is none', 'http://localhost:99999'],
    ['a port and more', 'http://localhost:80evil.example'],
    ['the loopback address for the name', 'http://127.0.0.1:1234'],
    ['another loopback address', 'http://127.0.0.2:8400/cb?x=1'],
    ['the loopback address in another notation', 'http://2130706433/cb?x=1'],
    ['a loopback query that differs', 'http://127.0.0.1:1/cb?x=2'],
    ['a port of a registered TLS loopback address', 'https://127.0.0.1:4443/tls'],
    ['the app scheme with more', 'com.example.app://auth/more'],
    ['too long', `https://app.example/${'a'.repeat(2048)}`],
  ])('%s', (_what, uri) => {
    expect(matchRedirectUri(registered, uri)).toBeUndefined();
  });

  it('whatever differs from the registered in one character', () => {
    const [good] = registered.web;
    fc.assert(
      fc.property(fc.nat({ max: good!.length - 1 }), fc.string({ unit: 'binary', minLength: 0, maxLength: 2 }), (at, text) => {
        const changed = good!.slice(0, at) + text + good!.slice(at + 1);
        expect(matchRedirectUri(registered, changed)).toEqual(changed === good ? { uri: good, platform: 'web' } : undefined);
      }),
    );
  });
});

it.each<[string, 'web' | 'spa' | 'publicClient']>([
  ['https://app.example/signin', 'web'],
  ['https://app.example/cb?tenant=1', 'web'],
  ['https://bare.example', 'web'],
  ['https://spa.example/', 'spa'],
  ['http://localhost:3000/spa', 'spa'],
  ['http://localhost:4000/spa', 'spa'],
  ['http://localhost', 'publicClient'],
  ['http://localhost/', 'publicClient'],
  ['http://localhost:49152', 'publicClient'],
  ['http://localhost:49152/', 'publicClient'],
  ['http://localhost:1/native', 'publicClient'],
  ['http://127.0.0.1:65535/cb?x=1', 'publicClient'],
  ['com.example.app://auth', 'publicClient'],
])('%s is good', (uri, platform) => {
  expect(matchRedirectUri(registered, uri)).toEqual({ uri, platform });
});
