import { createEnvelope, generateSigningKey, parseJwt } from '@podpass/crypto';
import { createAccessTokenVerifier, createDirectory, type NewApplication } from '@podpass/directory';
import type { Exchange } from '@podpass/http';
import { createClock, isObject, newGuid, randomOctets } from '@podpass/kernel';
import { createMemoryStore } from '@podpass/store';
import { silentTelemetry, type AuditEvent } from '@podpass/telemetry';
import { createTokenService } from '../token-service.ts';
import { createFakeIssuer, createFakeWire } from './fake-issuer.ts';

export const exchangeAudience = 'api://AzureADTokenExchange';
export const vaultScope = 'https://vault.azure.net/.default';
export const armScope = 'https://management.core.windows.net//.default';
export const azureCli = '04b07795-8ddb-461a-bbee-02f9e1bf7b46';
export const password = 'Correct horse battery staple 1';

/** Scopes of a sign-in that also gives a refresh token and an ID token. */
export const signInScope = `${armScope} offline_access openid profile`;

let sharedKey: ReturnType<typeof generateSigningKey> | undefined;

type Fields = Readonly<Record<string, string | undefined>>;

/** A request as the listener hands it on. */
export const exchangeOf = (method: string, url: string, over: Partial<Exchange> = {}): Exchange => {
  const parsed = new URL(url, 'https://login.microsoftonline.com');
  return {
    id: newGuid(),
    method,
    host: parsed.hostname,
    authority: parsed.host,
    path: parsed.pathname,
    query: parsed.searchParams,
    headers: {},
    body: Buffer.alloc(0),
    peer: { address: '127.0.0.1', certificate: undefined },
    signal: AbortSignal.timeout(60_000),
    ...over,
  };
};

export const formOf = (fields: Fields): string =>
  new URLSearchParams(
    Object.entries(fields).flatMap(([name, value]): [string, string][] => (value === undefined ? [] : [[name, value]])),
  ).toString();

/** The form with which the Azure CLI signs in the user of `addUser` by his password. */
export const passwordForm = (over: Fields = {}): Fields => ({
  grant_type: 'password',
  client_id: azureCli,
  username: 'ada@contoso.example',
  password,
  scope: signInScope,
  client_info: '1',
  ...over,
});

/** A tenant with a user, an application with a secret, a managed identity with one credential, and that credential's issuer. */
export const createPlatform = async () => {
  const store = createMemoryStore();
  const clock = createClock();
  clock.freeze(1_800_000_000_000);
  const machine = { now: 0 };
  const envelope = createEnvelope(randomOctets(32));
  const directory = await createDirectory({ store, clock, envelope });
  const tenant = await directory.tenants.create({ displayName: 'Contoso', domains: ['contoso.example'] });
  const tenantId = tenant.id;
  const resourceId = '/subscriptions/s/resourcegroups/rg/providers/Microsoft.ManagedIdentity/userAssignedIdentities/web';
  const identity = await directory.managedIdentities.create({ tenantId, resourceId, displayName: 'web', explicit: true });
  const fake = createFakeWire();
  const issuer = await createFakeIssuer(fake);
  const subject = 'system:serviceaccount:default:web';
  const credential = { tenantId, principalId: identity.id, name: 'web', issuer: issuer.url, subject, audiences: [exchangeAudience] };
  await directory.federatedCredentials.put(credential);
  const audit: AuditEvent[] = [];
  const counted: unknown[] = [];
  const silent = silentTelemetry();
  const telemetry = {
    ...silent,
    metrics: { ...silent.metrics, tokenExchanges: { increment: (labels?: object) => void counted.push(labels) } },
    audit: (event: AuditEvent) => void audit.push(event),
  };
  sharedKey ??= generateSigningKey();
  // The first key is made once for all tests of a file; only rotations make more.
  const spare = [sharedKey];
  const service = await createTokenService({
    store,
    directory,
    clock,
    telemetry,
    envelope,
    wire: fake.wire,
    profile: { loginHost: 'login.microsoftonline.com', aliases: ['login.windows.net'] },
    keyPool: { take: () => spare.pop() ?? generateSigningKey() },
    monotonic: () => machine.now,
  });

  const ask = async (exchange: Exchange) => {
    const answer = await service.surface.handle(exchange);
    const body: Record<string, unknown> = isObject(answer.body) ? answer.body : {};
    return {
      status: answer.status,
      headers: answer.headers ?? {},
      body,
      code: Array.isArray(body['error_codes']) ? Number(body['error_codes'][0]) : undefined,
      text: typeof body['error_description'] === 'string' ? body['error_description'] : '',
    };
  };
  const post = (fields: Fields | string, over: { tenant?: string; version?: 1 | 2; headers?: Record<string, string> } = {}) =>
    ask(
      exchangeOf('POST', `/${over.tenant ?? tenantId}/oauth2/${over.version === 1 ? '' : 'v2.0/'}token`, {
        headers: { 'content-type': 'application/x-www-form-urlencoded', ...over.headers },
        body: Buffer.from(typeof fields === 'string' ? fields : formOf(fields)),
      }),
    );
  const claims = (over: Record<string, unknown> = {}) => {
    const now = clock.seconds();
    return { sub: subject, aud: [exchangeAudience], iat: now, nbf: now, exp: now + 3600, ...over };
  };
  const federated = (assertion: string, over: Fields = {}) => ({
    grant_type: 'client_credentials',
    client_id: identity.appId,
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: assertion,
    scope: vaultScope,
    ...over,
  });
  /** An application with a secret. What it exposes is open to the Azure CLI, as developers' own APIs usually are. */
  const addApplication = async (properties: NewApplication['properties'] & object = {}, over: Partial<NewApplication> = {}) => {
    const { servicePrincipal: principal, application } = await directory.applications.create({
      tenantId,
      displayName: 'app',
      properties: {
        preAuthorizedApplications: [{ appId: azureCli, delegatedPermissionIds: (properties.permissionScopes ?? []).map(({ id }) => id) }],
        ...properties,
      },
      ...over,
      servicePrincipal: true,
    });
    const { secretText: secret } = await directory.applications.addSecret(application.tenantId, application.appId);
    return { application, principal, secret, appId: application.appId };
  };
  const verifier = createAccessTokenVerifier({ keys: () => service.jwks(), issuersFor: (id) => service.issuersFor(id), clock, directory });
  return {
    store,
    clock,
    machine,
    envelope,
    directory,
    tenant,
    tenantId,
    identity,
    fake,
    issuer,
    subject,
    credential,
    audit,
    counted,
    service,
    telemetry,
    verifier,
    ask,
    post,
    claims,
    federated,
    /** Exchanges a good assertion whose claims are changed as given. */
    exchange: async (over: Record<string, unknown> = {}, fields: Fields = {}) => post(federated(await issuer.sign(claims(over)), fields)),
    addApplication,
    addGroup: (name: string, members: readonly string[] = []) =>
      directory.groups.create({ tenantId, displayName: name, mailNickname: name, members }),
    addUser: (name = 'ada@contoso.example') => directory.users.create({ tenantId, userPrincipalName: name, displayName: 'Ada', password }),
    readToken: (token: unknown) => {
      const parsed = parseJwt(String(token));
      if ('failure' in parsed) throw new Error(parsed.failure.reason);
      return parsed;
    },
  };
};

export type Platform = Awaited<ReturnType<typeof createPlatform>>;
