import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { fakePlatform, invoke } from '../testing.ts';

const issuer = 'https://spire.internal:8443/a?b';
const registeredDateTime = '2026-01-01T00:00:00.000Z';

describe('issuer', () => {
  test.each([[['issuer']], [['issuer', 'add']], [['issuer', 'add', 'a', 'b']], [['issuer', 'remove']], [['issuer', 'list', 'x']]])(
    '%j is wrong usage',
    async (argv) => {
      await using platform = await fakePlatform();
      expect(await invoke([...argv, '--data', platform.data])).toMatchObject({ status: 2, stdout: '' });
      expect(platform.calls).toEqual([]);
    },
  );

  test('add without its certificates is refused before anything is asked', async () => {
    await using platform = await fakePlatform();
    expect(await invoke(['issuer', 'add', issuer, '--ca', 'nowhere.pem', '--data', platform.data])).toMatchObject({
      status: 2,
      stdout: '',
      stderr:
        'podpass: The certificates nowhere.pem cannot be read.\n  Why:  There is no such file.\n  Next: Name a file with certificates in PEM.\n',
    });
    expect(platform.calls).toEqual([]);
  });

  test('add sends the certificates of the file', async () => {
    await using platform = await fakePlatform({ answers: { 'PUT /issuers': { issuer, registeredDateTime } } });
    await writeFile(path.join(platform.data, 'ca.pem'), 'PEM');
    const at = ['--data', platform.data];
    expect((await invoke(['issuer', 'add', issuer, ...at])).stdout).toBe(`The token service may now fetch keys from ${issuer}.\n`);
    await invoke(['issuer', 'add', issuer, '--ca', 'ca.pem', ...at], { cwd: platform.data });
    expect(platform.calls.filter(({ url }) => url !== '/status')).toMatchObject([
      { method: 'PUT', url: '/issuers', body: JSON.stringify({ issuer }) },
      { method: 'PUT', url: '/issuers', body: JSON.stringify({ issuer, ca: 'PEM' }) },
    ]);
  });

  test('list', async () => {
    const issuers = [
      { issuer, registeredDateTime },
      { issuer: 'https://b', registeredDateTime, ca: 'PEM' },
    ];
    await using platform = await fakePlatform({ answers: { 'GET /issuers': { issuers } } });
    expect((await invoke(['issuer', 'list', '--data', platform.data])).stdout).toBe(
      `${issuer}  added ${registeredDateTime}\nhttps://b  added ${registeredDateTime}, with its own certificates\n`,
    );
    await using empty = await fakePlatform({ answers: { 'GET /issuers': { issuers: [] } } });
    expect((await invoke(['issuer', 'list', '--data', empty.data])).stdout).toBe('No issuer is registered.\n');
    expect((await invoke(['issuer', 'list', '--data', empty.data, '--output', 'json'])).json()).toEqual({ issuers: [] });
  });

  test('remove encodes the URL, and fails for what is not there', async () => {
    await using platform = await fakePlatform({ answers: { 'DELETE /issuers': { issuer, removed: true } } });
    expect((await invoke(['issuer', 'remove', issuer, '--data', platform.data])).stdout).toBe(
      `The issuer ${issuer} is no longer registered.\n`,
    );
    expect(platform.calls.at(-1)?.url).toBe('/issuers?issuer=https%3A%2F%2Fspire.internal%3A8443%2Fa%3Fb');
    await using other = await fakePlatform({ answers: { 'DELETE /issuers': { issuer, removed: false } } });
    const { status, json } = await invoke(['issuer', 'remove', issuer, '--data', other.data, '--output', 'json']);
    expect([status, json()]).toMatchObject([1, { error: { code: 'not-found', next: 'List them with `podpass issuer list`.' } }]);
  });
});
