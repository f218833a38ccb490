import { newGuid } from '@podpass/kernel';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createWorld, type World } from '../../testing/world.ts';

let world: World;
let path: string;
let id: string;
beforeAll(async () => {
  world = await createWorld();
});
beforeEach(async () => {
  id = String((await ask('applications', { method: 'POST', as: 'ada', body: { displayName: 'app' } })).body['id']);
  path = `applications/${id}/federatedIdentityCredentials`;
});
const ask: World['ask'] = (...parts) => world.ask(...parts);

const credential = (further: Record<string, unknown> = {}) => ({
  name: 'cluster',
  issuer: 'https://issuer.example/cluster',
  subject: 'system:serviceaccount:default:web',
  audiences: ['api://AzureADTokenExchange'],
  ...further,
});
const post = (further: Record<string, unknown> = {}, as = 'ada') => ask(`${path}`, { method: 'POST', as, body: credential(further) });

describe('what is refused', () => {
  it.each<[string, Record<string, unknown>, string, RegExp]>([
    ['no name', { name: null }, 'Request_BadRequest', /name/],
    ['no issuer', { issuer: undefined }, 'Request_BadRequest', /'issuer'/],
    ['no audiences', { audiences: undefined }, 'Request_BadRequest', /'audiences'/],
    ['an unknown property', { colour: 'red' }, 'Request_BadRequest', /Invalid property 'colour'/],
    ['an id', { id: newGuid() }, 'Request_BadRequest', /read-only/],
    ['a short name', { name: 'ab' }, 'InvalidFederatedIdentityCredentialValue', /name must be/],
    ['a name with blanks', { name: 'a b c' }, 'InvalidFederatedIdentityCredentialValue', /name must be/],
    ['no subject', { subject: undefined }, 'InvalidFederatedIdentityCredentialValue', /Subject|subject/],
    ['an empty subject', { subject: '' }, 'InvalidFederatedIdentityCredentialValue', /missing/],
    ['no audience', { audiences: [] }, 'InvalidFederatedIdentityCredentialValue', /exactly one audience/],
    ['two audiences', { audiences: ['a', 'b'] }, 'InvalidFederatedIdentityCredentialValue', /exactly one audience/],
    ['an audience that is no text', { audiences: [1] }, 'Request_BadRequest', /audiences/],
    ['a long subject', { subject: 'x'.repeat(601) }, 'InvalidFederatedIdentityCredentialValue', /600/],
    ['an issuer over http', { issuer: 'http://issuer.example' }, 'InvalidFederatedIdentityCredentialValue', /https/],
    ['an issuer that is no URL', { issuer: 'issuer' }, 'InvalidFederatedIdentityCredentialValue', /https/],
    [
      'a subject and an expression',
      { claimsMatchingExpression: { value: "claims['sub'] eq 'x'", languageVersion: 1 } },
      'InvalidFederatedIdentityCredentialValue',
      /one of/,
    ],
    [
      'another language',
      { subject: undefined, claimsMatchingExpression: { value: "claims['sub'] eq 'x'", languageVersion: 2 } },
      'Request_BadRequest',
      /languageVersion/,
    ],
    [
      'an expression that does not parse',
      {
        issuer: 'https://token.actions.githubusercontent.com',
        subject: null,
        claimsMatchingExpression: { value: 'claims[', languageVersion: 1 },
      },
      'InvalidFederatedIdentityCredentialValue',
      /ClaimsMatchingExpression/,
    ],
    [
      'an expression for an issuer that takes none',
      { subject: null, claimsMatchingExpression: { value: "claims['sub'] eq 'x'", languageVersion: 1 } },
      'InvalidFederatedIdentityCredentialValue',
      /may not use credentials matching via expression/,
    ],
  ])('%s', async (_, further, code, message) => {
    expect(await post(further)).toMatchObject({ status: 400, code, message: expect.stringMatching(message) as string });
    expect((await ask(`${path}`)).value).toEqual([]);
  });

  it('a name that is taken, in any case', async () => {
    await post();
    expect(await post({ subject: 'other' })).toMatchObject({
      status: 409,
      code: 'Request_MultipleObjectsWithSameKeyValue',
      message: 'FederatedIdentityCredential with name cluster already exists.',
    });
    expect(await post({ name: 'CLUSTER', subject: 'other' })).toMatchObject({ status: 409 });
  });

  it('an issuer and a subject that are there together', async () => {
    await post();
    expect(await post({ name: 'second' })).toMatchObject({
      status: 400,
      code: 'InvalidFederatedIdentityCredentialValue',
      message: expect.stringMatching(/^The combination of issuer and subject must be unique for the application\./) as string,
    });
  });

  it('all but one of several writes at once', async () => {
    const answers = await Promise.all(['a', 'b', 'c'].map((subject) => post({ subject })));
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 409, 409]);
    expect((await ask(`${path}`)).value).toHaveLength(1);
  });

  it('the twenty-first', async () => {
    for (let n = 0; n < 20; n += 1) {
      expect(await post({ name: `name-${String(n)}`, subject: `s${String(n)}` })).toMatchObject({ status: 201 });
    }
    expect(await post({ name: 'one-more', subject: 'one-more' })).toMatchObject({
      status: 400,
      message: expect.stringContaining('20') as string,
    });
    expect((await ask(`${path}`)).value).toHaveLength(20);
  });

  it('writes of those who do not own the application', async () => {
    await post();
    const tries = [
      post({ name: 'theirs' }, 'bob'),
      ask(`${path}/cluster`, { method: 'PATCH', as: 'bob', body: { subject: 'theirs' } }),
      ask(`${path}/cluster`, { method: 'DELETE', as: 'bob' }),
      post({ name: 'theirs' }, 'app:Application.ReadWrite.OwnedBy'),
    ];
    for (const answer of await Promise.all(tries)) expect(answer).toMatchObject({ status: 403 });
    expect(await post({ name: 'theirs' }, 'eve')).toMatchObject({ status: 404 });
    expect((await ask(`${path}`)).value).toHaveLength(1);
  });

  it('the credentials of another application', async () => {
    const { body } = await post();
    const second = String((await ask('applications', { method: 'POST', body: { displayName: 'second' } })).body['id']);
    const foreign = `applications/${second}/federatedIdentityCredentials/${String(body['id'])}`;
    expect(await ask(`${foreign}`)).toMatchObject({ status: 404 });
    expect(await ask(`${foreign}`, { method: 'DELETE' })).toMatchObject({ status: 404 });
    expect((await ask(`${path}`)).value).toHaveLength(1);
  });

  it('a new name for what is there', async () => {
    await post();
    expect(await ask(`${path}/cluster`, { method: 'PATCH', body: { name: 'other' } })).toMatchObject({ status: 400 });
  });
});

describe('federated credentials', () => {
  it('are made, read by name and by id, changed and deleted', async () => {
    const made = await post({ description: 'the web' });
    expect(made).toMatchObject({
      status: 201,
      body: {
        '@odata.context': `https://graph.microsoft.com/v1.0/$metadata#applications('${id}')/federatedIdentityCredentials/$entity`,
        ...credential(),
        description: 'the web',
      },
    });
    const credentialId = String(made.body['id']);
    for (const key of [credentialId, 'cluster', 'CLUSTER']) {
      expect((await ask(`${path}/${key}`, { as: 'bob' })).body).toMatchObject({ id: credentialId, name: 'cluster' });
    }
    // The Azure CLI sends the whole description again, name included.
    const body = credential({ subject: 'system:serviceaccount:default:other', description: null });
    expect(await ask(`${path}/${credentialId}`, { method: 'PATCH', as: 'ada', body })).toMatchObject({ status: 204 });
    expect((await ask(`${path}/cluster`)).body).toMatchObject({ ...body, id: credentialId });
    expect((await ask(`${path}?$filter=subject eq '${body.subject}'`)).value).toHaveLength(1);
    expect((await ask(`${path}?$filter=name eq 'none'`)).value).toEqual([]);
    expect(await ask(`${path}/cluster`, { method: 'DELETE', as: 'ada' })).toMatchObject({ status: 204 });
    expect(await ask(`${path}/cluster`, { method: 'DELETE', as: 'ada' })).toMatchObject({ status: 404 });
    expect(await ask(`${path}/${credentialId}`)).toMatchObject({ status: 404 });
  });

  it('may have an expression in place of a subject', async () => {
    const expression = { value: "claims['sub'] matches 'repo:contoso/*' and claims['repository_owner_id'] eq '42'", languageVersion: 1 };
    const issuer = 'https://token.actions.githubusercontent.com';
    const made = await post({ issuer, subject: undefined, claimsMatchingExpression: expression });
    expect(made).toMatchObject({ status: 201, body: { subject: null, claimsMatchingExpression: expression } });
    expect(await ask(`${path}/cluster`, { method: 'PATCH', body: { subject: 'repo:contoso/web:ref:refs/heads/main' } })).toMatchObject({
      status: 204,
    });
    expect((await ask(`${path}/cluster`)).body).toMatchObject({
      subject: 'repo:contoso/web:ref:refs/heads/main',
      claimsMatchingExpression: null,
    });
    expect(await ask(`${path}/cluster`, { method: 'PATCH', body: { claimsMatchingExpression: expression } })).toMatchObject({
      status: 204,
    });
    expect((await ask(`${path}/cluster`)).body).toMatchObject({ subject: null, claimsMatchingExpression: expression });
  });
});
