import { newGuid } from '@podpass/kernel';
import { beforeEach, describe, expect, it } from 'vitest';
import { tenantRoutes } from '../control/tenants.ts';
import { asker } from '../control/testing.ts';
import { createTenants, type CreatedTenant } from './tenants.ts';
import { globalAdministrator, steps, testParts, type TestParts } from './testing.ts';

let parts: TestParts;
let ask: ReturnType<typeof asker>;

const wanted = { displayName: 'Contoso', domain: 'contoso.example' };
const create = (body: unknown = wanted) => ask('POST', '/tenants', body);
const created = async (body?: unknown) => (await create(body)).body as CreatedTenant;

/** One of everything, all of the same tenant and administrator. */
const expectComplete = ({ tenantId, subscriptionId, userPrincipalName, password }: CreatedTenant) => {
  const user = parts.userRows.get(userPrincipalName)!;
  expect(parts.tenantRows.size).toBe(1);
  expect(parts.userRows.size).toBe(1);
  expect(user).toMatchObject({ tenantId, password });
  expect(parts.roles).toEqual([{ tenantId, principalId: user.id, roleTemplateId: globalAdministrator }]);
  expect([...parts.subscriptionRows.values()]).toEqual([{ subscriptionId, tenantId, displayName: 'Contoso' }]);
  expect(parts.owners).toMatchObject([{ principalId: user.id, scope: `/subscriptions/${subscriptionId}` }]);
};

beforeEach(() => {
  parts = testParts();
  ask = asker(tenantRoutes(createTenants(parts)));
});

describe('creation, refused without a trace', () => {
  it.each<[unknown, string]>([
    [undefined, 'displayName must be'],
    [[], 'Give an object'],
    ['Contoso', 'Give an object'],
    [{ ...wanted, displayName: undefined }, 'displayName must be'],
    [{ ...wanted, displayName: '  ' }, 'displayName must be'],
    [{ ...wanted, displayName: 5 }, 'displayName must be'],
    [{ ...wanted, displayName: 'x'.repeat(257) }, 'displayName must be'],
    [{ ...wanted, displayName: 'a\nb' }, 'displayName must be'],
    [{ ...wanted, domain: undefined }, 'domain must be'],
    [{ ...wanted, domain: 'contoso' }, 'domain must be'],
    [{ ...wanted, domain: 'con toso.example' }, 'domain must be'],
    [{ ...wanted, domain: '-contoso.example' }, 'domain must be'],
    [{ ...wanted, domain: 'contoso..example' }, 'domain must be'],
    [{ ...wanted, domain: 'contoso.example.' }, 'domain must be'],
    [{ ...wanted, domain: 'contoso.example/x' }, 'domain must be'],
    [{ ...wanted, domain: `${'a.'.repeat(60)}example` }, 'domain must be'],
    [{ ...wanted, domain: ['contoso.example'] }, 'domain must be'],
    [{ ...wanted, id: 'contoso' }, 'id must be a GUID'],
    [{ ...wanted, id: null }, 'id must be a GUID'],
    [{ ...wanted, id: 'F8CDEF31-A31E-4B4A-93E4-5F571E91255A' }, 'is reserved'],
    [{ ...wanted, id: '9188040d-6c67-4c5b-b112-36a304b66dad' }, 'is reserved'],
    [{ ...wanted, password: 'chosen' }, 'There is no "password" here'],
    [{ ...wanted, domain: 'contoso.refused' }, 'The directory refuses the domain.'],
  ])('%j', async (body, said) => {
    expect(await ask('POST', '/tenants', body)).toEqual({ status: 400, body: { error: expect.stringContaining(said) as string } });
    expect([parts.tenantRows.size, parts.userRows.size, parts.subscriptionRows.size]).toEqual([0, 0, 0]);
    expectComplete(await created());
  });

  it('a domain that is taken, in any case, also when two ask at once', async () => {
    const answers = await Promise.all([create(), create(), create({ ...wanted, domain: 'CONTOSO.example' })]);
    expect(answers.map(({ status }) => status)).toEqual([200, 409, 409]);
    expect(answers[1]!.body).toEqual({ error: 'The domain contoso.example belongs to another tenant.' });
    expectComplete(answers[0]!.body as CreatedTenant);
  });

  it('an id that is taken', async () => {
    const { tenantId } = await created();
    expect((await create({ displayName: 'Other', domain: 'other.example', id: tenantId.toUpperCase() })).status).toBe(409);
    expect((await create({ displayName: 'Other', domain: 'other.example' })).status).toBe(200);
  });
});

describe('creation that fails half-way', () => {
  const faults = steps.flatMap((step) => (['before', 'after'] as const).map((when) => ({ step, when })));

  it.each(faults)('$when the $step is completed by the next one, with a password that counts', async (fault) => {
    parts.fault = fault;
    await expect(create()).rejects.toThrow('planted');
    // As after a restart: nothing is remembered but what is stored.
    ask = asker(tenantRoutes(createTenants(parts)));
    parts.fault = undefined;
    expectComplete(await created());
    expect((await create()).status).toBe(409);
  });

  it('keeps the id with which it began', async () => {
    const id = newGuid();
    parts.fault = { step: 'user', when: 'before' };
    await expect(create({ ...wanted, id })).rejects.toThrow('planted');
    parts.fault = undefined;
    expect(await create({ ...wanted, id: newGuid() })).toMatchObject({
      status: 409,
      body: { error: expect.stringContaining(id) as string },
    });
    expect((await created({ ...wanted, id })).tenantId).toBe(id);
  });

  it('does not keep other tenants from being created', async () => {
    parts.fault = { step: 'subscription', when: 'before' };
    await expect(create()).rejects.toThrow('planted');
    parts.fault = undefined;
    expect((await create({ displayName: 'Other', domain: 'other.example' })).status).toBe(200);
  });
});

describe('creation', () => {
  it('gives a tenant with an administrator and a subscription of his own', async () => {
    const answer = await created({ ...wanted, domain: 'Contoso.Example' });
    expect(answer).toMatchObject({ domain: 'contoso.example', userPrincipalName: 'admin@contoso.example' });
    expectComplete(answer);
  });

  it('keeps the password nowhere in clear', async () => {
    const written: string[] = [];
    parts.store.watch('/', {}, (events) => void written.push(...events.map((event) => Buffer.from(event.value?.value ?? []).toString())));
    const { password } = await created();
    expect(written.length).toBeGreaterThan(0);
    expect(written.join('\n')).not.toContain(password);
    expect(JSON.stringify((await ask('GET', '/tenants')).body)).not.toContain(password);
  });

  it('draws a password that Entra takes, another one each time', async () => {
    const one = await created();
    const two = await created({ displayName: 'Other', domain: 'other.example' });
    expect(one.password).not.toBe(two.password);
    for (const kind of [/[A-Z]/, /[a-z]/, /[0-9]/, /[^A-Za-z0-9]/]) expect(one.password).toMatch(kind);
    expect(one.password.length).toBeGreaterThanOrEqual(20);
  });
});

it('lists each tenant with its own subscriptions', async () => {
  const one = await created();
  const two = await created({ displayName: 'Other', domain: 'other.example' });
  expect((await ask('GET', '/tenants')).body).toEqual({
    tenants: [
      {
        tenantId: one.tenantId,
        displayName: 'Contoso',
        domains: ['contoso.example'],
        createdDateTime: '2026-01-01T00:00:00.000Z',
        subscriptions: [{ subscriptionId: one.subscriptionId, displayName: 'Contoso' }],
      },
      {
        tenantId: two.tenantId,
        displayName: 'Other',
        domains: ['other.example'],
        createdDateTime: '2026-01-01T00:00:00.000Z',
        subscriptions: [{ subscriptionId: two.subscriptionId, displayName: 'Other' }],
      },
    ],
  });
});
