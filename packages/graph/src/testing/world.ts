import {
  createDirectory,
  directoryRoleTemplates,
  type AccessTokenVerifier,
  type Application,
  type Caller,
  type ServicePrincipal,
  type User,
} from '@podpass/directory';
import type { Exchange } from '@podpass/http';
import { createClock, isObject, newGuid } from '@podpass/kernel';
import { createMemoryStore } from '@podpass/store';
import { silentTelemetry, type AuditEvent } from '@podpass/telemetry';
import { createGraph } from '../graph.ts';
import type { DirectoryRoleName } from '../permissions.ts';

/**
 * Who asks: a user by name with the scopes of his token (all that a user may, unless said), or an application with its
 * roles. In short a user's name, or `app:` and the one role of `tool`; `nobody` has no token.
 */
export type Who =
  | string
  | { readonly user: string; readonly scp?: string; readonly claims?: object }
  | { readonly app: string; readonly roles?: readonly string[]; readonly claims?: object };

export interface Asked {
  readonly as?: Who;
  readonly method?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

const administrators: Readonly<Record<string, DirectoryRoleName>> = {
  gail: 'globalAdministrator',
  ursula: 'userAdministrator',
  greta: 'groupsAdministrator',
  alan: 'applicationAdministrator',
  clara: 'cloudApplicationAdministrator',
  petra: 'privilegedRoleAdministrator',
  rita: 'directoryReaders',
};

export const password = 'Correct-horse-7';

/** What a name alone stands for. */
const inFull = (name: string): Exclude<Who, string> =>
  name.startsWith('app:') ? { app: 'tool', roles: [name.slice('app:'.length)] } : { user: name };

/** A directory with people of every role, an application, a tenant beside, and Graph over it. */
export const createWorld = async () => {
  const clock = createClock();
  const directory = await createDirectory({ store: createMemoryStore(), clock });
  const { id: tenantId } = await directory.tenants.create({ displayName: 'Contoso', domains: ['contoso.example', 'second.example'] });
  const other = await directory.tenants.create({ displayName: 'Other', domains: ['other.example'] });
  const users: Record<string, User> = {};
  for (const name of ['ada', 'bob', ...Object.keys(administrators)]) {
    const displayName = name.charAt(0).toUpperCase() + name.slice(1);
    users[name] = await directory.users.create({
      tenantId,
      userPrincipalName: `${name}@contoso.example`,
      displayName,
      password,
      properties: { mailNickname: name },
    });
    const role = administrators[name];
    if (role) await directory.directoryRoles.assign(tenantId, users[name].id, directoryRoleTemplates[role].id);
  }
  const apps: Record<string, { application: Application; servicePrincipal: ServicePrincipal }> = {};
  for (const displayName of ['api', 'tool']) apps[displayName] = await directory.applications.create({ tenantId, displayName });
  const stranger = await directory.applications.create({ tenantId: other.id, displayName: 'stranger' });
  const eve = await directory.users.create({
    tenantId: other.id,
    userPrincipalName: 'eve@other.example',
    displayName: 'Eve',
    password,
  });
  await directory.directoryRoles.assign(other.id, eve.id, directoryRoleTemplates.globalAdministrator.id);

  const idOf = (name: string): string => (name === 'eve' ? eve : users[name])?.id ?? apps[name]?.servicePrincipal.id ?? '';
  const callerOf = (name: Who): Caller => {
    const who = typeof name === 'string' ? inFull(name) : name;
    const base = {
      tenantId: 'user' in who && who.user === 'eve' ? other.id : tenantId,
      issuer: 'i',
      audience: 'a',
      managedIdentity: undefined,
      label: 'x',
    };
    if ('app' in who) {
      const { objectId, appId } = { objectId: apps[who.app]?.servicePrincipal.id ?? who.app, appId: 'client' };
      return { ...base, kind: 'app', objectId, appId, userPrincipalName: undefined, claims: { roles: who.roles ?? [], ...who.claims } };
    }
    const claims = { scp: who.scp ?? 'Directory.AccessAsUser.All', ...who.claims };
    return { ...base, kind: 'user', objectId: idOf(who.user) || who.user, appId: 'client', userPrincipalName: 'x', claims };
  };
  const verifier: AccessTokenVerifier = {
    async verify(authorization) {
      if (authorization === undefined) return { failure: { reason: 'missing' } };
      if (authorization === 'late') return { failure: { reason: 'expired', expiredAt: 0 } };
      if (!/^["{]/.test(authorization)) return { failure: { reason: 'audience', audience: 'x' } };
      return { caller: callerOf(JSON.parse(authorization) as Who) };
    },
  };
  const audited: AuditEvent[] = [];
  const telemetry = { ...silentTelemetry(), audit: (event: AuditEvent) => void audited.push(event) };
  const { surface } = createGraph({ directory, verifier, clock, telemetry });

  const ask = async (path: string, { as = { user: 'gail' }, method = 'GET', body, headers = {} }: Asked = {}) => {
    const url = new URL(`https://graph.microsoft.com/v1.0/${path}`);
    const exchange: Exchange = {
      id: newGuid(),
      method,
      host: url.hostname,
      authority: url.host,
      path: url.pathname,
      query: url.searchParams,
      headers: { ...(as === 'nobody' ? {} : { authorization: JSON.stringify(as) }), ...headers },
      body: Buffer.from(typeof body === 'string' || body === undefined ? (body ?? '') : JSON.stringify(body)),
      peer: { address: '127.0.0.1', certificate: undefined },
      signal: AbortSignal.timeout(60_000),
    };
    const answer = await surface.handle(exchange);
    const answered: Record<string, unknown> = isObject(answer.body) ? answer.body : {};
    const error = isObject(answered['error']) ? answered['error'] : {};
    return {
      status: answer.status,
      headers: answer.headers ?? {},
      text: typeof answer.body === 'string' ? answer.body : (JSON.stringify(answer.body) ?? ''),
      body: answered,
      code: error['code'],
      message: error['message'],
      details: error['details'],
      /** The items of a list. Throws for every other answer, so that no refusal passes for an empty list. */
      get value() {
        if (!Array.isArray(answered['value'])) throw new Error(`status ${String(answer.status)} and no list`);
        return answered['value'] as readonly Record<string, unknown>[];
      },
    };
  };
  const group = (displayName: string, more: { owners?: readonly string[]; members?: readonly string[] } = {}) =>
    directory.groups.create({ tenantId, displayName, mailNickname: displayName.replaceAll(' ', '-'), ...more });
  return { directory, clock, tenantId, otherTenantId: other.id, users, apps, stranger, foreigner: eve, surface, ask, idOf, group, audited };
};

/** What `ask` answers. `text` is the whole body, for what must not be in it. */
export type Answered = Awaited<ReturnType<World['ask']>>;
export type World = Awaited<ReturnType<typeof createWorld>>;
export const noSuchId = '00000000-0000-4000-8000-000000000000';
export const eventual = { consistencylevel: 'eventual' };
