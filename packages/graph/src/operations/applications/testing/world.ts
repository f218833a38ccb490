import { createDirectory, directoryRoleTemplates, type AccessTokenVerifier, type Caller } from '@podpass/directory';
import type { Exchange } from '@podpass/http';
import { createClock, isObject, newGuid } from '@podpass/kernel';
import { createMemoryStore } from '@podpass/store';
import { silentTelemetry } from '@podpass/telemetry';
import { createGraph } from '../../../graph.ts';

export interface Asked {
  readonly status: number;
  readonly body: Record<string, unknown>;
  /** The whole answer as text: for what must not be in it. */
  readonly text: string;
  readonly code: unknown;
  readonly message: unknown;
  readonly value: readonly Record<string, unknown>[];
}

type Ask = (request: string, options?: { as?: string; body?: unknown; eventual?: boolean }) => Promise<Asked>;

/**
 * A tenant with an administrator, an administrator of applications and two members, another tenant, and Graph in front of it. Callers go by name: users, or
 * `app:` and an application permission. `ask('GET applications')` asks as the administrator.
 */
export const openWorld = async () => {
  const clock = createClock();
  const directory = await createDirectory({ store: createMemoryStore(), clock });
  const { id: tenantId } = await directory.tenants.create({ displayName: 'Contoso', domains: ['contoso.example'] });
  const other = await directory.tenants.create({ displayName: 'Other', domains: ['other.example'] });
  const makeUser = (name: string, tenant: string, domain: string) =>
    directory.users.create({
      tenantId: tenant,
      userPrincipalName: `${name}@${domain}`,
      displayName: name,
      password: 'Correct-Horse-7',
    });
  const admin = await makeUser('admin', tenantId, 'contoso.example');
  const appAdmin = await makeUser('appadmin', tenantId, 'contoso.example');
  const alice = await makeUser('alice', tenantId, 'contoso.example');
  const bob = await makeUser('bob', tenantId, 'contoso.example');
  const eve = await makeUser('eve', other.id, 'other.example');
  await directory.directoryRoles.assign(tenantId, admin.id, directoryRoleTemplates.globalAdministrator.id);
  await directory.directoryRoles.assign(tenantId, appAdmin.id, directoryRoleTemplates.applicationAdministrator.id);
  await directory.directoryRoles.assign(other.id, eve.id, directoryRoleTemplates.globalAdministrator.id);
  const robot = await directory.applications.create({ tenantId, displayName: 'robot' });

  const base = { appId: newGuid(), issuer: 'i', audience: 'a', managedIdentity: undefined };
  const userCaller = (tenant: string, objectId: string): Caller => ({
    ...base,
    tenantId: tenant,
    objectId,
    kind: 'user',
    userPrincipalName: undefined,
    label: 'user',
    claims: { scp: 'Directory.AccessAsUser.All' },
  });
  const users: Readonly<Record<string, Caller>> = {
    admin: userCaller(tenantId, admin.id),
    appAdmin: userCaller(tenantId, appAdmin.id),
    alice: userCaller(tenantId, alice.id),
    bob: userCaller(tenantId, bob.id),
    eve: userCaller(other.id, eve.id),
    reader: { ...userCaller(tenantId, admin.id), claims: { scp: 'Application.Read.All' } },
  };
  const callerOf = (name: string): Caller | undefined => {
    if (!name.startsWith('app:')) return users[name];
    const objectId = robot.servicePrincipal.id;
    return { ...userCaller(tenantId, objectId), kind: 'app', claims: { roles: [name.slice(4)] } };
  };
  const verifier: AccessTokenVerifier = {
    async verify(authorization) {
      const caller = callerOf(authorization ?? '');
      return caller ? { caller } : { failure: { reason: 'missing' } };
    },
  };
  const { surface } = createGraph({ directory, verifier, clock, telemetry: silentTelemetry() });

  const ask: Ask = async (request, { as = 'admin', body, eventual } = {}) => {
    const [method = '', path = ''] = request.split(/ (.*)/s);
    const url = new URL(`https://graph.microsoft.com/v1.0/${path}`);
    const exchange: Exchange = {
      id: newGuid(),
      method,
      host: url.hostname,
      authority: url.host,
      path: url.pathname,
      query: url.searchParams,
      headers: { authorization: as, ...(eventual ? { consistencylevel: 'eventual' } : {}) },
      body: Buffer.from(body === undefined ? '' : JSON.stringify(body)),
      peer: { address: '127.0.0.1', certificate: undefined },
      signal: AbortSignal.timeout(60_000),
    };
    const answer = await surface.handle(exchange);
    const answered: Record<string, unknown> = isObject(answer.body) ? answer.body : {};
    const error = isObject(answered['error']) ? answered['error'] : {};
    return {
      status: answer.status,
      body: answered,
      text: typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body ?? ''),
      code: error['code'],
      message: error['message'],
      value: Array.isArray(answered['value']) ? answered['value'] : [],
    };
  };
  return { directory, clock, tenantId, otherTenantId: other.id, users: { admin, appAdmin, alice, bob, eve }, robot, ask };
};

export type World = Awaited<ReturnType<typeof openWorld>>;
