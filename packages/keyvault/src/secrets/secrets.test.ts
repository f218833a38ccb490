import { describe, expect, it } from 'vitest';
import { createHarness, v, vault, type Sent } from '../testing/harness.ts';

const now = 1_800_000_000;
const set = (value: string, more: object = {}) => ({ body: { value, ...more } });
const idVersion = (answer: Sent): string => String(answer.body['id']).split('/').at(-1) ?? '';
type Listed = { value: { id: string; value?: string; attributes: object }[]; nextLink: string | null };
const listed = (answer: Sent): Listed => answer.body as unknown as Listed;

describe('PUT /secrets/{name}', () => {
  it.each<[string, unknown, string]>([
    ['no value', {}, "Property 'value' is required"],
    ['a number', { value: 1 }, "Property 'value' is required"],
    ['a value above 25 KB', { value: 'é'.repeat(12_801) }, 'at most 25600 bytes'],
    ['half a surrogate pair', { value: '\ud800' }, 'surrogate'],
    ['16 tags', { value: '', tags: Object.fromEntries(Array.from({ length: 16 }, (_, i) => [`t${i}`, ''])) }, 'at most 15'],
    ['a tag that is no string', { value: '', tags: { a: 1 } }, "'tags' must be strings"],
    ['tags as a list', { value: '', tags: [] }, "'tags' must be an object"],
    ['a content type that is too long', { value: '', contentType: 'x'.repeat(256) }, 'at most 255'],
    ['attributes as text', { value: '', attributes: 'x' }, "'attributes' must be an object"],
    ['enabled as text', { value: '', attributes: { enabled: 'true' } }, "'attributes.enabled'"],
    ['a fractional time', { value: '', attributes: { nbf: 1.5 } }, "'attributes.nbf'"],
    ['a time as text', { value: '', attributes: { exp: '2030-01-01' } }, "'attributes.exp'"],
    ['an empty window', { value: '', attributes: { nbf: 20, exp: 10 } }, 'later than'],
    ['a list', [], 'must be a JSON object'],
  ])('refuses %s and stores nothing', async (_, body, text) => {
    const { send } = await createHarness();
    const answer = await send('PUT', `/secrets/s?${v}`, { body });
    expect(answer).toMatchObject({ status: 400, error: { code: 'BadParameter' } });
    expect(answer.error.message).toContain(text);
    expect((await send('GET', `/secrets/s?${v}`)).status).toBe(404);
  });

  it.each(['', '{"value":', 'null', Buffer.from([0x7b, 0xff, 0x7d])])('refuses the raw body %j', async (raw) => {
    const { send } = await createHarness();
    expect(await send('PUT', `/secrets/s?${v}`, { raw })).toMatchObject({ status: 400, error: { code: 'BadParameter' } });
  });

  it('names all problems, and never the value', async () => {
    const { send } = await createHarness();
    const { error } = await send('PUT', `/secrets/s?${v}`, { body: { value: 'hunter2'.repeat(4000), tags: 1, contentType: 2 } });
    expect(error.message).toMatch(/contentType.*tags|value.*contentType/s);
    expect(error.message).not.toContain('hunter2');
  });

  it('answers a bundle as az reads it', async () => {
    const { send } = await createHarness();
    const answer = await send(
      'PUT',
      `/secrets/My-Secret?${v}`,
      set('Hello\\!', { tags: { 'file-encoding': 'utf-8' }, contentType: 'text/plain' }),
    );
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      value: 'Hello\\!',
      contentType: 'text/plain',
      id: expect.stringMatching(/^https:\/\/kv\.vault\.azure\.net\/secrets\/My-Secret\/[0-9a-f]{32}$/) as string,
      attributes: { enabled: true, created: now, updated: now, recoveryLevel: 'Recoverable+Purgeable', recoverableDays: 90 },
      tags: { 'file-encoding': 'utf-8' },
    });
    expect(answer.headers).toMatchObject({ 'x-ms-keyvault-region': 'eastus', 'x-ms-request-id': 'request-1' });
  });

  it('repeats the authority of the request in ids', async () => {
    const { send } = await createHarness();
    const { body } = await send('PUT', `/secrets/s?${v}`, { ...set('x'), authority: 'kv.vault.azure.net:8443' });
    expect(body['id']).toMatch(/^https:\/\/kv\.vault\.azure\.net:8443\/secrets\/s\//);
  });

  it.each([
    [{ softDeleteRetentionInDays: 7 }, 'CustomizedRecoverable+Purgeable'],
    [{ enablePurgeProtection: true }, 'Recoverable'],
    [{ softDeleteRetentionInDays: 7, enablePurgeProtection: true }, 'CustomizedRecoverable'],
  ])('shows the recovery level of %j', async (change, level) => {
    const { send, host } = await createHarness();
    await host.put(vault('kv', change));
    expect((await send('PUT', `/secrets/s?${v}`, set('x'))).body['attributes']).toMatchObject({ recoveryLevel: level });
  });

  it('accepts exactly 25600 bytes and null for absent members', async () => {
    const { send } = await createHarness();
    const answer = await send(
      'PUT',
      `/secrets/s?${v}`,
      set('x'.repeat(25_600), { tags: null, contentType: null, attributes: { nbf: null } }),
    );
    expect(answer.status).toBe(200);
    expect(answer.body).not.toHaveProperty('tags');
  });

  it('keeps the spelling of the first name and ignores case', async () => {
    const { send } = await createHarness();
    await send('PUT', `/secrets/Mixed?${v}`, set('1'));
    expect((await send('PUT', `/SECRETS/mIXED?${v}`, set('2'))).body['id']).toContain('/secrets/Mixed/');
    expect((await send('GET', `/secrets/MIXED/?${v}`)).body['value']).toBe('2');
    expect(listed(await send('GET', `/secrets?${v}`)).value).toHaveLength(1);
  });

  it('loses no version of concurrent writers', async () => {
    const { send } = await createHarness();
    const answers = await Promise.all(Array.from({ length: 20 }, (_, i) => send('PUT', `/secrets/s?${v}`, set(`v${i}`))));
    expect(answers.map((answer) => answer.status)).toEqual(Array(20).fill(200));
    const values = await Promise.all(answers.map((answer) => send('GET', `/secrets/s/${idVersion(answer)}?${v}`)));
    expect(values.map((answer) => answer.body['value'])).toEqual(answers.map((_, i) => `v${i}`));
    expect(listed(await send('GET', `/secrets/s/versions?${v}`)).value).toHaveLength(20);
  });

  it('holds values at rest only sealed', async () => {
    const { send, store } = await createHarness();
    await send('PUT', `/secrets/s?${v}`, set('very-secret-value'));
    const { items } = await store.list('');
    const everything = Buffer.concat(items.map((item) => Buffer.from(item.value))).toString('latin1');
    expect(everything).not.toContain('very-secret-value');
  });
});

describe('GET /secrets/{name}', () => {
  it('says what is missing', async () => {
    const { send } = await createHarness();
    const version = 'a'.repeat(32);
    expect((await send('GET', `/secrets/gone/?${v}`)).error).toMatchObject({
      code: 'SecretNotFound',
      message: expect.stringContaining('A secret with (name/id) gone was not found in this key vault.') as string,
    });
    await send('PUT', `/secrets/s?${v}`, set('x'));
    expect((await send('GET', `/secrets/s/${version}?${v}`)).error.message).toContain(`(name/id) s/${version} was`);
  });

  it('refuses a disabled version, and its value stays unread', async () => {
    const { send } = await createHarness();
    await send('PUT', `/secrets/s?${v}`, set('x', { attributes: { enabled: false } }));
    const answer = await send('GET', `/secrets/s/?${v}`);
    expect(answer).toMatchObject({ status: 403, error: { code: 'Forbidden', innererror: { code: 'SecretDisabled' } } });
    expect(answer.error.message).toBe('Operation get is not allowed on a disabled secret.');
    expect(JSON.stringify(answer.body)).not.toContain('"value"');
  });

  it.each([
    ['azure', 200, 200],
    ['not-before', 403, 200],
    ['strict', 403, 403],
  ] as const)('outside the window, with %s: %i before and %i after', async (validityWindow, before, after) => {
    const { send, clock } = await createHarness({ profile: { validityWindow } });
    await send('PUT', `/secrets/s?${v}`, set('x', { attributes: { nbf: now + 60, exp: now + 120 } }));
    const early = await send('GET', `/secrets/s/?${v}`);
    expect(early.status).toBe(before);
    expect(early.error.innererror?.code).toBe(before === 403 ? 'SecretNotYetValid' : undefined);
    clock.setOffset(60_000);
    expect((await send('GET', `/secrets/s/?${v}`)).body['value']).toBe('x');
    clock.setOffset(120_000);
    expect((await send('GET', `/secrets/s/?${v}`)).status).toBe(after);
  });

  it.each(['/secrets/s', '/secrets/s/', '//secrets/s/'])('reads the newest version at %s', async (path) => {
    const { send } = await createHarness();
    const first = await send('PUT', `/secrets/s?${v}`, set('1'));
    const second = await send('PUT', `/secrets/s?${v}`, set('2'));
    expect((await send('GET', `${path}?${v}`)).body).toEqual(second.body);
    expect((await send('GET', `/secrets/s/${idVersion(first).toUpperCase()}?${v}`)).body).toEqual(first.body);
  });
});

describe('PATCH /secrets/{name}', () => {
  it('refuses what is missing or malformed', async () => {
    const { send } = await createHarness();
    expect((await send('PATCH', `/secrets/s/?${v}`, { body: {} })).status).toBe(404);
    await send('PUT', `/secrets/s?${v}`, set('x', { attributes: { exp: 10 } }));
    expect((await send('PATCH', `/secrets/s/?${v}`, { body: { attributes: { enabled: 1 } } })).status).toBe(400);
    expect((await send('PATCH', `/secrets/s/?${v}`, { body: { attributes: { nbf: 11 } } })).error.message).toContain('later than');
  });

  it('merges attributes, replaces tags, keeps the value and answers without it', async () => {
    const { send, clock } = await createHarness();
    await send('PUT', `/secrets/s?${v}`, set('x', { attributes: { exp: now + 5000 }, tags: { a: '1' } }));
    clock.setOffset(7000);
    const answer = await send('PATCH', `/secrets/s/?${v}`, { body: { attributes: { enabled: false }, tags: { b: '2' } } });
    expect(answer.body).not.toHaveProperty('value');
    expect(answer.body).toMatchObject({
      tags: { b: '2' },
      attributes: { enabled: false, exp: now + 5000, created: now, updated: now + 7 },
    });
    expect((await send('GET', `/secrets/s/?${v}`)).status).toBe(403);
    await send('PATCH', `/secrets/s/?${v}`, { body: { attributes: { enabled: true } } });
    expect((await send('GET', `/secrets/s/?${v}`)).body).toMatchObject({ value: 'x', tags: { b: '2' } });
  });

  it('changes an older version and leaves the newest', async () => {
    const { send } = await createHarness();
    const first = await send('PUT', `/secrets/s?${v}`, set('1'));
    await send('PUT', `/secrets/s?${v}`, set('2'));
    await send('PATCH', `/secrets/s/${idVersion(first)}?${v}`, { body: { attributes: { enabled: false } } });
    expect((await send('GET', `/secrets/s/${idVersion(first)}?${v}`)).status).toBe(403);
    expect((await send('GET', `/secrets/s/?${v}`)).body['value']).toBe('2');
  });
});

describe('lists', () => {
  it('go on by nextLink with the port, to the end, without values', async () => {
    const { send } = await createHarness();
    const names = Array.from({ length: 7 }, (_, i) => `s${i}`);
    for (const name of names) await send('PUT', `/secrets/${name}?${v}`, set('hidden'));
    const seen: string[] = [];
    let next: string | null = `https://kv.vault.azure.net:443/secrets?${v}&maxresults=3`;
    while (next !== null) {
      expect(next).toMatch(/^https:\/\/kv\.vault\.azure\.net:443\/secrets\?/);
      const target: URL = new URL(next);
      const answer = await send('GET', target.pathname + target.search);
      expect(JSON.stringify(answer.body)).not.toContain('hidden');
      seen.push(...listed(answer).value.map((item) => item.id));
      next = listed(answer).nextLink;
    }
    expect(seen).toEqual(names.map((name) => `https://kv.vault.azure.net/secrets/${name}`));
  });

  it('of versions page as well, and are empty for a secret that does not exist', async () => {
    const { send } = await createHarness();
    expect((await send('GET', `/secrets/s/versions?${v}`)).body).toEqual({ value: [], nextLink: null });
    for (const value of ['1', '2', '3']) await send('PUT', `/secrets/s?${v}`, set(value));
    const page = listed(await send('GET', `/secrets/s/versions?${v}&maxresults=2`));
    expect(page.value).toHaveLength(2);
    expect(page.value[0]).not.toHaveProperty('value');
    expect(page.nextLink).toContain('/secrets/s/versions?');
    const target = new URL(page.nextLink ?? '');
    expect(listed(await send('GET', target.pathname + target.search))).toMatchObject({ value: [{}], nextLink: null });
  });

  it('never show another vault', async () => {
    const { send, host } = await createHarness();
    await host.put(vault('kv2'));
    await send('PUT', `/secrets/s?${v}`, set('x'));
    const there = { host: 'kv2.vault.azure.net' };
    expect(listed(await send('GET', `/secrets?${v}`, there)).value).toEqual([]);
    expect((await send('GET', `/secrets/s/?${v}`, there)).status).toBe(404);
  });
});

describe('soft delete', () => {
  it('refuses what does not exist', async () => {
    const { send } = await createHarness();
    expect((await send('DELETE', `/secrets/s?${v}`)).error.code).toBe('SecretNotFound');
    for (const [method, path] of [
      ['GET', '/deletedsecrets/s'],
      ['POST', '/deletedsecrets/s/recover'],
      ['DELETE', '/deletedsecrets/s'],
    ] as const) {
      expect(await send(method, `${path}?${v}`)).toMatchObject({ status: 404, error: { message: 'Deleted Secret not found: s' } });
    }
  });

  it('hides the secret, reserves its name and recovers all versions', async () => {
    const { send } = await createHarness();
    const first = await send('PUT', `/secrets/s?${v}`, set('1'));
    await send('PUT', `/secrets/s?${v}`, set('2'));
    const deleted = await send('DELETE', `/secrets/s?${v}`);
    expect(deleted.body).toMatchObject({
      recoveryId: 'https://kv.vault.azure.net/deletedsecrets/s',
      deletedDate: now,
      scheduledPurgeDate: now + 90 * 86_400,
    });
    expect(deleted.body).not.toHaveProperty('value');
    for (const path of ['/secrets/s/', `/secrets/s/${idVersion(first)}`]) expect((await send('GET', `${path}?${v}`)).status).toBe(404);
    const again = await send('PUT', `/secrets/s?${v}`, set('3'));
    expect(again).toMatchObject({ status: 409, error: { code: 'Conflict', innererror: { code: 'ObjectIsDeletedButRecoverable' } } });
    expect(again.error.message).toContain('Secret s is currently in a deleted but recoverable state');
    expect(listed(await send('GET', `/deletedsecrets?${v}`)).value).toMatchObject([{ recoveryId: deleted.body['recoveryId'] }]);
    expect((await send('GET', `/deletedsecrets/s?${v}`)).body).toEqual(deleted.body);
    expect((await send('POST', `/deletedsecrets/s/recover?${v}`)).body['id']).toBe(deleted.body['id']);
    expect((await send('GET', `/secrets/s/?${v}`)).body['value']).toBe('2');
    expect((await send('GET', `/secrets/s/${idVersion(first)}?${v}`)).body['value']).toBe('1');
    expect(listed(await send('GET', `/deletedsecrets?${v}`)).value).toEqual([]);
  });

  it('purges with 204 and leaves nothing behind', async () => {
    const { send, store } = await createHarness();
    const before = (await store.list('')).items.length;
    await send('PUT', `/secrets/s?${v}`, set('1'));
    await send('PUT', `/secrets/s?${v}`, set('2'));
    await send('DELETE', `/secrets/s?${v}`);
    const purged = await send('DELETE', `/deletedsecrets/s?${v}`);
    expect(purged).toMatchObject({ status: 204, body: {} });
    expect((await store.list('')).items).toHaveLength(before);
    expect((await send('PUT', `/secrets/s?${v}`, set('3'))).status).toBe(200);
    expect(listed(await send('GET', `/secrets/s/versions?${v}`)).value).toHaveLength(1);
  });

  it('purges more versions than one transaction holds', async () => {
    const { send, store } = await createHarness();
    const before = (await store.list('')).items.length;
    for (let i = 0; i < 410; i++) await send('PUT', `/secrets/s?${v}`, set('x'));
    await send('DELETE', `/secrets/s?${v}`);
    expect((await send('DELETE', `/deletedsecrets/s?${v}`)).status).toBe(204);
    expect((await store.list('')).items).toHaveLength(before);
  });

  it('refuses to purge under purge protection, until the retention is over', async () => {
    const { send, host, clock } = await createHarness();
    await host.put(vault('kv', { enablePurgeProtection: true, softDeleteRetentionInDays: 7 }));
    await send('PUT', `/secrets/s?${v}`, set('1'));
    await send('DELETE', `/secrets/s?${v}`);
    const refused = await send('DELETE', `/deletedsecrets/s?${v}`);
    expect(refused).toMatchObject({ status: 403, error: { code: 'Forbidden', innererror: { code: 'ForbiddenByPolicy' } } });
    expect(refused.error.message).toContain('Operation "purge" is not allowed because purge protection is enabled for this vault.');
    clock.setOffset(7 * 86_400_000);
    expect(listed(await send('GET', `/deletedsecrets?${v}`)).value).toEqual([]);
    expect((await send('GET', `/deletedsecrets/s?${v}`)).status).toBe(404);
    expect((await send('PUT', `/secrets/s?${v}`, set('2'))).status).toBe(200);
  });
});
