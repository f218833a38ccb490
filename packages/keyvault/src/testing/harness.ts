import { createEnvelope } from '@podpass/crypto';
import type { AccessTokenFailure, AccessTokenVerifier, Caller } from '@podpass/directory';
import type { Answer, Exchange } from '@podpass/http';
import { createClock, isObject } from '@podpass/kernel';
import { createMemoryStore } from '@podpass/store';
import { silentTelemetry, type AuditEvent } from '@podpass/telemetry';
import { createKeyVault } from '../key-vault.ts';
import type { AccessCheck, AccessQuestion, VaultDescription } from '../ports.ts';
import { publicCloud, type KeyVaultProfile } from '../wire.ts';

export const tenantId = '11111111-1111-4111-8111-111111111111';

export const vault = (name: string, change: Partial<VaultDescription> = {}): VaultDescription => ({
  resourceId: `/subscriptions/s1/resourceGroups/RG/providers/Microsoft.KeyVault/vaults/${name}`,
  subscriptionId: 's1',
  resourceGroup: 'RG',
  name,
  tenantId,
  location: 'eastus',
  enableRbacAuthorization: true,
  accessPolicies: [],
  enablePurgeProtection: false,
  softDeleteRetentionInDays: 90,
  ...change,
});

export const caller = (objectId: string, change: Partial<Caller> = {}): Caller => ({
  tenantId,
  objectId,
  appId: 'app-1',
  kind: 'app',
  userPrincipalName: undefined,
  label: objectId,
  issuer: `https://sts.windows.net/${change.tenantId ?? tenantId}/`,
  audience: 'https://vault.azure.net',
  managedIdentity: undefined,
  claims: {},
  ...change,
});

export interface Sent {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Record<string, unknown>;
  readonly error: { code?: string; message?: string; innererror?: { code?: string } };
}

export interface SendOptions {
  readonly body?: unknown;
  /** Raw bytes instead of JSON. */
  readonly raw?: string | Buffer;
  readonly as?: string | undefined;
  readonly host?: string;
  readonly authority?: string;
  readonly headers?: Record<string, string>;
}

/** A data plane over a memory store, with `admin` allowed everything and further rights granted by tests. */
export const createHarness = async (options: { profile?: Partial<KeyVaultProfile> } = {}) => {
  const store = createMemoryStore();
  const clock = createClock({}, () => 1_800_000_000_000);
  const callers = new Map<string, Caller>([
    ['admin', caller('admin')],
    ['nobody', caller('nobody')],
  ]);
  const failures = new Map<string, AccessTokenFailure>();
  const questions: AccessQuestion[] = [];
  const grants: { who: string; action: RegExp; scope: string }[] = [{ who: 'admin', action: /./, scope: '/' }];
  const verifier: AccessTokenVerifier = {
    async verify(authorization) {
      const name = /^Bearer (\S+)$/.exec(authorization ?? '')?.[1];
      if (name === undefined) return { failure: { reason: 'missing' } };
      const known = callers.get(name);
      return known ? { caller: known } : { failure: failures.get(name) ?? { reason: 'malformed' } };
    },
  };
  const access: AccessCheck = {
    check(question) {
      questions.push(question);
      const allowed = grants.some(
        (grant) =>
          grant.who === question.caller.objectId &&
          grant.action.test(question.action) &&
          question.scope.toLowerCase().startsWith(grant.scope.toLowerCase()),
      );
      return { allowed, because: 'test' };
    },
  };
  const profile = { ...publicCloud, ...options.profile };
  const envelope = createEnvelope(Buffer.alloc(32, 7));
  const audited: AuditEvent[] = [];
  const telemetry = { ...silentTelemetry(), audit: (event: AuditEvent) => void audited.push(event) };
  const keyVault = await createKeyVault({ store, envelope, verifier, access, clock, telemetry, profile });
  await keyVault.host.put(vault('kv'));

  const send = async (method: string, url: string, options: SendOptions = {}): Promise<Sent> => {
    const [path = '', query = ''] = url.split('?');
    const text = options.raw ?? (options.body === undefined ? '' : JSON.stringify(options.body));
    const host = options.host ?? 'kv.vault.azure.net';
    const as = 'as' in options ? options.as : 'admin';
    const exchange: Exchange = {
      id: 'request-1',
      method,
      host,
      authority: options.authority ?? host,
      path,
      query: new URLSearchParams(query),
      headers: { ...options.headers, ...(as === undefined ? {} : { authorization: `Bearer ${as}` }) },
      body: Buffer.from(text),
      peer: { address: '127.0.0.1', certificate: undefined },
      signal: new AbortController().signal,
    };
    const answer: Answer = await keyVault.surface.handle(exchange);
    const body: unknown = JSON.parse(JSON.stringify(answer.body ?? {}));
    if (!isObject(body)) throw new Error('The answer is no object.');
    const error = isObject(body['error']) ? body['error'] : {};
    return { status: answer.status, headers: answer.headers ?? {}, body, error };
  };
  return { audited, store, clock, callers, failures, grants, questions, keyVault, send, host: keyVault.host, surface: keyVault.surface };
};

/** Any supported version; SDKs send several. */
export const v = 'api-version=7.4';
