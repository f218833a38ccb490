import type { FederatedCredential } from '@podpass/directory';
import { beforeEach, describe, expect, it } from 'vitest';
import { createTarget, type Target } from '../attacks/harness.ts';
import { AadstsError } from '../errors.ts';
import type { Services } from '../services.ts';
import { createFakeIssuer } from '../testing/fake-issuer.ts';
import { exchangeAudience } from '../testing/platform.ts';
import { checkSubject } from './steps/check-subject.ts';
import type { FederatedContext } from './steps/context.ts';

const github = 'https://token.actions.githubusercontent.com';
const expression = "claims['sub'] matches 'repo:contoso/*:ref:refs/heads/*' and claims['repository_id'] eq '42'";

describe('an application with a flexible credential', () => {
  let target: Target;
  let app: Awaited<ReturnType<Target['addApplication']>>;
  let actions: Awaited<ReturnType<typeof createFakeIssuer>>;
  const credential = (over: Record<string, unknown> = {}) => ({
    tenantId: target.tenantId,
    principalId: app.application.id,
    name: 'flexible',
    issuer: github,
    claimsMatchingExpression: { value: expression, languageVersion: 1 as const },
    audiences: [exchangeAudience],
    ...over,
  });
  beforeEach(async () => {
    target = await createTarget();
    app = await target.addApplication();
    actions = await createFakeIssuer(target.fake, github);
    target.trusted.push(actions.root);
    await target.directory.federatedCredentials.put(credential());
  });
  const assertion = (over: Record<string, unknown> = {}) =>
    actions.sign(target.claims({ sub: 'repo:contoso/shop:ref:refs/heads/main', repository_id: '42', ...over }));
  const expectRefused = async (over: Record<string, unknown>, code: number) =>
    target.expectRefused(await assertion(over), code, { client_id: app.appId });

  it.each<[string, Record<string, unknown>, number]>([
    ['another owner', { sub: 'repo:contoso2/shop:ref:refs/heads/main' }, 7002131],
    ['more before', { sub: 'x:repo:contoso/shop:ref:refs/heads/main' }, 7002131],
    ['a tag', { sub: 'repo:contoso/shop:ref:refs/tags/main' }, 7002131],
    ['another case', { sub: 'repo:Contoso/shop:ref:refs/heads/main' }, 7002131],
    ['another repository under the same name', { repository_id: '43' }, 7002131],
    ['the repository as a number', { repository_id: 42 }, 7002131],
    ['no repository', { repository_id: undefined }, 7002131],
    ['no subject', { sub: undefined }, 7002131],
    ['the subject as a list', { sub: ['repo:contoso/shop:ref:refs/heads/main'] }, 7002131],
    ['a very long subject', { sub: `repo:contoso/${'a'.repeat(3000)}:ref:refs/heads/main` }, 7002131],
    ['another audience', { aud: 'other' }, 700212],
    ['an expired token', { exp: 1_799_999_000 }, 700024],
    ['another issuer', { iss: `${github}/` }, 700211],
  ])('refuses %s', async (_what, over, code) => {
    await expectRefused(over, code);
  });

  it('accepts what its expression describes', async () => {
    const { body } = await target.expectGranted(await assertion(), { client_id: app.appId });
    expect(target.readToken(body['access_token']).claims).toMatchObject({ appid: app.appId, oid: app.principal.id });
    await target.expectGranted(await assertion({ sub: 'repo:contoso/other:ref:refs/heads/release/1' }), { client_id: app.appId });
  });

  it('names the subject, and says that an expression was tried', async () => {
    const answer = await expectRefused({ sub: 'repo:other/x' }, 7002131);
    expect(answer.text).toContain("subject 'repo:other/x' or no federated identity credential expression matched");
  });

  it('may have others beside it: any of them is enough, and none adds to another', async () => {
    const plain = { name: 'plain', subject: 'repo:contoso/shop:pull_request', claimsMatchingExpression: undefined };
    await target.directory.federatedCredentials.put(credential(plain));
    await target.directory.federatedCredentials.put(
      credential({
        name: 'second',
        claimsMatchingExpression: { value: expression.replace("'42'", "'43'"), languageVersion: 1 },
        audiences: ['second'],
      }),
    );
    await target.expectGranted(await assertion({ sub: plain.subject, repository_id: undefined }), { client_id: app.appId });
    await target.expectGranted(await assertion({ repository_id: '43', aud: 'second' }), { client_id: app.appId });
    await expectRefused({ repository_id: '43' }, 7002131);
    await expectRefused({ sub: 'repo:contoso/shop:PULL_REQUEST', repository_id: '1' }, 7002138);
  });

  it('stops at once when the credential is changed or deleted', async () => {
    const good = await assertion();
    await target.expectGranted(good, { client_id: app.appId });
    await target.directory.federatedCredentials.put(
      credential({ claimsMatchingExpression: { value: expression.replace('contoso', 'fabrikam'), languageVersion: 1 } }),
    );
    await target.expectRefused(good, 7002131, { client_id: app.appId });
    await target.directory.federatedCredentials.delete(target.tenantId, app.application.id, 'flexible');
    await target.expectRefused(good, 7000226, { client_id: app.appId });
  });
});

/** What the directory refuses to write but a store of before may hold. */
describe('a stored expression that may not be used', () => {
  const codeOf = (over: Partial<FederatedCredential>, kind: 'application' | 'managedIdentity' = 'application', issuer = github) => {
    const credential = { issuer, claimsMatchingExpression: { value: expression, languageVersion: 1 }, audiences: [], ...over } as never;
    const claims = { sub: 'repo:contoso/shop:ref:refs/heads/main', repository_id: '42', event_name: 'push' };
    const context: FederatedContext = {
      services: {} as Services,
      presented: { issuer, trail: {}, assertion: { claims } } as never,
      own: false,
      holder: { kind, tenantId: 't', id: 'i' },
      trusted: { issuer, audience: '', credentials: [credential], subjects: new Set() },
    };
    try {
      void checkSubject(context);
      return undefined;
    } catch (thrown) {
      return thrown instanceof AadstsError ? thrown.code : thrown;
    }
  };
  const written = (value: string, languageVersion = 1) => ({ claimsMatchingExpression: { value, languageVersion: languageVersion as 1 } });

  it.each<[string, () => unknown, number | undefined]>([
    ['of a managed identity', () => codeOf({}, 'managedIdentity'), 700235],
    ['for another issuer', () => codeOf({}, 'application', 'https://oidc.example/'), 7002241],
    ['with a claim that may not be looked at', () => codeOf(written(`${expression} and claims['event_name'] eq 'push'`)), 700237],
    ['that does not parse', () => codeOf(written(`${expression} or true`)), 700233],
    ['of another language', () => codeOf(written(expression, 2)), 700233],
    ['that is empty', () => codeOf(written('')), 700233],
    ['unlike one of before an immutable claim was asked for', () => codeOf(written("claims['sub'] matches 'repo:contoso/*'")), undefined],
  ])('%s', (_what, code, expected) => {
    expect(code()).toBe(expected);
  });
});
