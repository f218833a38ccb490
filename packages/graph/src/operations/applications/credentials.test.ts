import { createHash } from 'node:crypto';
import { newGuid } from '@podpass/kernel';
import { beforeAll, describe, expect, it } from 'vitest';
import { certificateEnded, certificateOne, certificateTwo } from './testing/certificates.ts';
import { createWorld, type Answered, type World } from '../../testing/world.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
const ask: World['ask'] = (...parts) => world.ask(...parts);

/** An application, or the service principal of a new one: both have credentials, in the same words. */
const owners = {
  applications: async () => (await ask('applications', { method: 'POST', body: { displayName: 'app' } })).body as { id: string },
  servicePrincipals: async () => {
    const { body } = await ask('applications', { method: 'POST', body: { displayName: 'app' } });
    return (await ask('servicePrincipals', { method: 'POST', body: { appId: body['appId'] } })).body as { id: string };
  },
};
const sets = ['applications', 'servicePrincipals'] as const;
const key = (further: Record<string, unknown> = {}) => ({
  '@odata.type': '#microsoft.graph.keyCredential',
  key: certificateOne,
  type: 'AsymmetricX509Cert',
  usage: 'Verify',
  ...further,
});
const list = (answer: Answered, name: string) => answer.body[name] as Record<string, unknown>[];

describe.each(sets)('secrets of %s', (set) => {
  it.each<[string, unknown, RegExp]>([
    ['an unknown property', { passwordCredential: { colour: 'red' } }, /Invalid property/],
    ['an unknown parameter', { secret: 'x' }, /Invalid property/],
    ['a text of their own', { passwordCredential: { secretText: 'hunter2' } }, /read-only/],
    ['a key id of their own', { passwordCredential: { keyId: newGuid() } }, /read-only/],
    ['an end in the past', { passwordCredential: { endDateTime: '2020-01-01T00:00:00Z' } }, /end date/],
    [
      'an end before its start',
      { passwordCredential: { startDateTime: '2150-01-01T00:00:00Z', endDateTime: '2149-01-01T00:00:00Z' } },
      /end date/,
    ],
    ['a time without zone', { passwordCredential: { endDateTime: '2150-01-01T00:00:00' } }, /endDateTime/],
    ['no time', { passwordCredential: { endDateTime: 'soon' } }, /endDateTime/],
  ])('are refused with %s', async (_, body, message) => {
    const { id } = await owners[set]();
    const answer = await ask(`${set}/${id}/addPassword`, { method: 'POST', body });
    expect(answer).toMatchObject({ status: 400, message: expect.stringMatching(message) as string });
    expect(list(await ask(`${set}/${id}`), 'passwordCredentials')).toEqual([]);
  });

  it('are shown once and never again', async () => {
    const { id } = await owners[set]();
    const sent = { displayName: 'rbac', startDateTime: '2026-01-01T00:00:00Z', endDateTime: '2150-01-01T00:00:00Z' };
    const made = await ask(`${set}/${id}/addPassword`, { method: 'POST', body: { passwordCredential: sent } });
    expect(made).toMatchObject({ status: 200, body: { ...sent, keyId: expect.any(String) as string } });
    const secret = String(made.body['secretText']);
    expect(secret.length).toBeGreaterThanOrEqual(32);
    const [stored] = list(await ask(`${set}/${id}`), 'passwordCredentials');
    expect(stored).toMatchObject({ ...sent, hint: secret.slice(0, 3), keyId: made.body['keyId'], secretText: null });
    const reads = [`GET ${set}`, `GET ${set}/${id}`, `GET ${set}/${id}?$select=passwordCredentials`, `GET directoryObjects/${id}`];
    for (const read of reads) expect((await ask(read)).text, read).not.toContain(secret);
    expect((await ask(`${set}/${id}`)).text).not.toMatch(/hash|scrypt/i);
  });

  it('go by their key id', async () => {
    const { id } = await owners[set]();
    const { body } = await ask(`${set}/${id}/addPassword`, { method: 'POST', body: {} });
    const remove = (keyId: unknown) => ask(`${set}/${id}/removePassword`, { method: 'POST', body: { keyId } });
    expect(await remove('x')).toMatchObject({ status: 400 });
    expect(await remove(newGuid())).toMatchObject({ status: 400, message: expect.stringContaining('No password credential') as string });
    expect(await remove(body['keyId'])).toMatchObject({ status: 204 });
    expect(await remove(body['keyId'])).toMatchObject({ status: 400 });
  });

  it('can be dropped by an update, and only that', async () => {
    const { id } = await owners[set]();
    const { body: one } = await ask(`${set}/${id}/addPassword`, { method: 'POST', body: {} });
    await ask(`${set}/${id}/addPassword`, { method: 'POST', body: {} });
    const patch = (passwordCredentials: unknown) => ask(`${set}/${id}`, { method: 'PATCH', body: { passwordCredentials } });
    expect(await patch([{ keyId: newGuid() }])).toMatchObject({ status: 400 });
    expect(await patch([{ keyId: one['keyId'], secretText: 'hunter2' }])).toMatchObject({ status: 400 });
    const stored = list(await ask(`${set}/${id}`), 'passwordCredentials');
    expect(stored).toHaveLength(2);
    expect(await patch(stored.filter(({ keyId }) => keyId === one['keyId']))).toMatchObject({ status: 204 });
    expect(list(await ask(`${set}/${id}`), 'passwordCredentials')).toMatchObject([{ keyId: one['keyId'] }]);
    expect(await patch([])).toMatchObject({ status: 204 });
    expect(list(await ask(`${set}/${id}`), 'passwordCredentials')).toEqual([]);
  });
});

describe.each(sets)('certificates of %s', (set) => {
  it.each<[string, unknown, number, RegExp]>([
    ['no list', key(), 400, /keyCredentials/],
    ['no certificate', [key({ key: null })], 400, /key/],
    ['no base64', [key({ key: '%%%' })], 400, /not an X\.509/],
    ['something else', [key({ key: 'aGVsbG8=' })], 400, /not an X\.509/],
    ['an ended certificate', [key({ key: certificateEnded })], 400, /end date/],
    ['an end after its own', [key({ endDateTime: '2121-01-01T00:00:00Z' })], 400, /end date/],
    ['a start before its own', [key({ startDateTime: '2019-01-01T00:00:00Z' })], 400, /start date/],
    ['a usage to sign', [key({ usage: 'Sign' })], 400, /"usage"/],
    ['a type that is no certificate', [key({ type: 'Symmetric' })], 400, /"type"/],
    ['no usage', [{ key: certificateOne, type: 'AsymmetricX509Cert' }], 400, /usage/],
    ['one twice', [key(), key()], 400, /duplicate/],
    ['an unknown property', [key({ privateKey: 'x' })], 400, /Invalid property/],
    ['more than a hundred', Array.from({ length: 101 }, () => key()), 400, /100/],
  ])('are refused with %s', async (_, keyCredentials, status, message) => {
    const { id } = await owners[set]();
    const answer = await ask(`${set}/${id}`, { method: 'PATCH', body: { keyCredentials } });
    expect(answer).toMatchObject({ status, message: expect.stringMatching(message) as string });
    expect(list(await ask(`${set}/${id}`), 'keyCredentials')).toEqual([]);
  });

  it('come back as they went in', async () => {
    const { id } = await owners[set]();
    const keyId = newGuid();
    const times = { startDateTime: '2026-02-01T00:00:00Z', endDateTime: '2100-02-01T00:00:00Z' };
    // The Azure CLI sends the lines of a PEM file.
    const lines = certificateOne.replaceAll(/(.{64})/g, '$1\n');
    expect(await ask(`${set}/${id}`, { method: 'PATCH', body: { keyCredentials: [key({ key: lines, keyId, ...times })] } })).toMatchObject({
      status: 204,
    });
    const thumbprint = createHash('sha1').update(Buffer.from(certificateOne, 'base64')).digest('base64');
    const [shown] = list(await ask(`${set}/${id}`), 'keyCredentials');
    expect(shown).toEqual({
      ...times,
      customKeyIdentifier: thumbprint,
      displayName: null,
      key: null,
      keyId,
      type: 'AsymmetricX509Cert',
      usage: 'Verify',
    });
    expect(list(await ask(`${set}/${id}?$select=id,keyCredentials`), 'keyCredentials')).toMatchObject([{ key: certificateOne }]);
    const listed = (await ask(`${set}?$select=id,keyCredentials&$filter=id eq '${id}'`)).value;
    expect(listed).toMatchObject([{ keyCredentials: [{ keyId, key: null }] }]);
  });

  it('stay when they are sent back without their key', async () => {
    const { id } = await owners[set]();
    await ask(`${set}/${id}`, { method: 'PATCH', body: { keyCredentials: [key({ displayName: 'one' })] } });
    const present = list(await ask(`${set}/${id}`), 'keyCredentials');
    const patch = (keyCredentials: unknown) => ask(`${set}/${id}`, { method: 'PATCH', body: { keyCredentials } });
    expect(await patch([...present, key({ key: certificateTwo })])).toMatchObject({ status: 204 });
    expect(list(await ask(`${set}/${id}?$select=keyCredentials`), 'keyCredentials').map((entry) => entry['key'])).toEqual([
      certificateOne,
      certificateTwo,
    ]);
    const refusal = { status: 400, message: expect.stringContaining('is not allowed') as string };
    expect(await patch([{ ...present[0], endDateTime: '2110-01-01T00:00:00Z' }])).toMatchObject(refusal);
    expect(await patch([{ ...present[0], key: certificateTwo }])).toMatchObject(refusal);
    expect(await patch([{ ...present[0], displayName: 'other' }])).toMatchObject(refusal);
    expect(await patch([])).toMatchObject({ status: 204 });
    expect(list(await ask(`${set}/${id}`), 'keyCredentials')).toEqual([]);
  });

  it.each(['addKey', 'removeKey'])('refuse %s, which needs a proof', async (action) => {
    const { id } = await owners[set]();
    expect(await ask(`${set}/${id}/${action}`, { method: 'POST', body: {} })).toMatchObject({ status: 501, code: 'NotImplemented' });
  });
});

describe('credentials of a new application', () => {
  it('come with it', async () => {
    const made = await ask('applications', {
      method: 'POST',
      body: { displayName: 'with', keyCredentials: [key()], passwordCredentials: [{ displayName: 'first' }] },
    });
    const [secret] = list(made, 'passwordCredentials');
    expect(secret).toMatchObject({ displayName: 'first', secretText: expect.stringMatching(/^.{32,}$/) as string });
    const read = await ask(`applications/${String(made.body['id'])}`);
    expect(read.body).toMatchObject({ keyCredentials: [{ key: null }], passwordCredentials: [{ secretText: null }] });
    expect(read.text).not.toContain(String(secret?.['secretText']));
  });
});
