import { createClock, isGuid, isObject, newGuid, type AdjustableClock } from '@podpass/kernel';
import { createDirectory, type AccessTokenVerifier, type Caller, type Directory } from '@podpass/directory';
import type { Answer, Exchange } from '@podpass/http';
import { createMemoryStore, type Store } from '@podpass/store';
import { silentTelemetry, type Telemetry } from '@podpass/telemetry';
import { createArm, type Arm } from '../arm.ts';
import { groupType, type Resource, type SystemData } from '../model.ts';
import { groupId } from '../resource-id.ts';
import type { AccessCheck, AccessQuestion } from '../ports.ts';
import type { ProviderDefinition } from '../provider.ts';

type Steps = readonly (string | number)[];

/** What a test sees of an answer. */
export interface TestAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Parsed JSON; undefined when there is no body. */
  readonly body: unknown;
  /** The value inside the body that these names and positions lead to; undefined when there is none. */
  at(...steps: Steps): unknown;
  /** The same, for a string. Throws when something else is there. */
  text(...steps: Steps): string;
  /** The same, for an object. */
  object(...steps: Steps): Record<string, unknown>;
  /** The same, for a list of objects. */
  list(...steps: Steps): Record<string, unknown>[];
}

export interface CallOptions {
  /** Object id that the caller's token carries; the administrator when absent. `null` sends no token. */
  readonly as?: string | null;
  /** Tenant that the caller's token comes from; the test's own when absent. */
  readonly tenant?: string;
  /** `2024-01-01` when absent; `null` sends none. */
  readonly apiVersion?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
  readonly authority?: string;
}

/** A resource of which only what matters is given: the rest says `rg1`, `eastus`, and nothing. */
export type SeededResource = Pick<Resource, 'id' | 'name' | 'type'> & Partial<Resource>;

export interface TestArm {
  readonly arm: Arm;
  readonly store: Store;
  readonly directory: Directory;
  readonly clock: AdjustableClock;
  readonly tenantId: string;
  readonly subscriptionId: string;
  /** Object id of the caller that may do everything under the default access check. */
  readonly administrator: string;
  /** `/subscriptions/{id}` of the seeded subscription. */
  readonly home: string;
  call(method: string, path: string, body?: unknown, options?: CallOptions): Promise<TestAnswer>;
  /** Writes resources as they are, past the providers. */
  seed(...resources: readonly SeededResource[]): Promise<void>;
  seedGroup(name: string, location?: string): Promise<void>;
  /** Waits for running operations, then polls the URL that the answer names. */
  poll(answer: TestAnswer): Promise<TestAnswer>;
  /** Starts a second resource manager on the same store, as after a restart. */
  restart(): Promise<TestArm>;
  close(): Promise<void>;
}

export interface TestArmOptions {
  readonly providers: readonly ProviderDefinition[];
  /** Lets the administrator do everything, and nobody else anything, when absent. */
  readonly access?: (facts: {
    administrator: string;
    store: Store;
    directory: Directory;
    telemetry: Telemetry;
  }) => AccessCheck | Promise<AccessCheck>;
  readonly scopeDeleted?: (tenantId: string, scope: string) => Promise<unknown>;
}

const parse = (body: unknown): unknown => {
  if (body === undefined) return undefined;
  return typeof body === 'object' && !Buffer.isBuffer(body) ? (JSON.parse(JSON.stringify(body)) as unknown) : body;
};

const follow = (body: unknown, steps: Steps): unknown =>
  steps.reduce((value: unknown, step) => {
    if (Array.isArray(value)) return typeof step === 'number' ? (value[step] as unknown) : undefined;
    return isObject(value) && Object.hasOwn(value, step) ? value[step] : undefined;
  }, body);

const testAnswer = ({ status, headers = {}, body: written }: Answer): TestAnswer => {
  const body = parse(written);
  const at: TestAnswer['at'] = (...steps) => follow(body, steps);
  const unexpected = (what: string, steps: Steps) => new Error(`${JSON.stringify(body)} has no ${what} at ${steps.join('.')}`);
  return {
    status,
    headers,
    body,
    at,
    text(...steps) {
      const value = at(...steps);
      if (typeof value !== 'string') throw unexpected('text', steps);
      return value;
    },
    object(...steps) {
      const value = at(...steps);
      if (!isObject(value)) throw unexpected('object', steps);
      return value;
    },
    list(...steps) {
      const value = at(...steps);
      if (!Array.isArray(value) || !value.every(isObject)) throw unexpected('list', steps);
      return value;
    },
  };
};

/** Tokens of tests are `Bearer {tenant} {object id}`. */
const testVerifier: AccessTokenVerifier = {
  verify: async (authorization) => {
    if (authorization === undefined) return { failure: { reason: 'missing' } };
    const [scheme, tenantId = '', objectId = ''] = authorization.split(' ');
    if (scheme !== 'Bearer' || !isGuid(objectId)) return { failure: { reason: 'malformed' } };
    const caller: Caller = {
      tenantId,
      objectId,
      appId: '04b07795-8ddb-461a-bbee-02f9e1bf7b46',
      kind: 'user',
      userPrincipalName: `${objectId}@example.test`,
      label: `${objectId}@example.test`,
      issuer: `https://sts.windows.net/${tenantId}/`,
      audience: 'https://management.core.windows.net/',
      managedIdentity: undefined,
      claims: {},
    };
    return { caller };
  },
};

const onlyAdministrator = (administrator: string): AccessCheck => ({
  check: ({ caller }: AccessQuestion) => ({ allowed: caller.objectId === administrator, because: 'test' }),
  reaches: (caller) => caller.objectId === administrator,
});

const nobody: SystemData = {
  createdBy: '',
  createdByType: 'User',
  createdAt: '',
  lastModifiedBy: '',
  lastModifiedByType: 'User',
  lastModifiedAt: '',
};

interface Place {
  readonly store: Store;
  readonly clock: AdjustableClock;
  readonly directory: Directory;
  readonly tenantId: string;
  readonly subscriptionId: string;
  readonly administrator: string;
}

const start = async (options: TestArmOptions, place: Place): Promise<TestArm> => {
  const { store, clock, directory, tenantId, subscriptionId, administrator } = place;
  const telemetry = silentTelemetry();
  const access = (await options.access?.({ administrator, store, directory, telemetry })) ?? onlyAdministrator(administrator);
  const arm = await createArm({
    store,
    directory,
    clock,
    access,
    verifier: testVerifier,
    telemetry,
    providers: options.providers,
    ...(options.scopeDeleted === undefined ? {} : { scopeDeleted: options.scopeDeleted }),
  });
  await arm.seedSubscription({ subscriptionId, tenantId, displayName: 'Test' });

  const call: TestArm['call'] = async (method, path, body, given = {}) => {
    const [pathname = '', search = ''] = path.replace(/^https:\/\/[^/]+/, '').split('?');
    const query = new URLSearchParams(search);
    const version = given.apiVersion === undefined ? '2024-01-01' : given.apiVersion;
    if (version !== null && !query.has('api-version')) query.set('api-version', version);
    const as = given.as === undefined ? administrator : given.as;
    const exchange: Exchange = {
      id: newGuid(),
      method,
      host: 'management.azure.com',
      authority: given.authority ?? 'management.azure.com',
      path: pathname,
      query,
      headers: { ...(as === null ? {} : { authorization: `Bearer ${given.tenant ?? tenantId} ${as}` }), ...given.headers },
      body: Buffer.isBuffer(body) ? body : Buffer.from(body === undefined ? '' : JSON.stringify(body)),
      peer: { address: '127.0.0.1', certificate: undefined },
      signal: new AbortController().signal,
    };
    return testAnswer(await arm.surface.handle(exchange));
  };

  const standard = { tenantId, subscriptionId, resourceGroup: 'rg1', location: 'eastus', tags: {}, system: nobody, state: {} };
  const seed: TestArm['seed'] = (...rows) => arm.resources.write(rows.map((row) => ({ create: { ...standard, ...row } })));

  return {
    ...place,
    arm,
    home: `/subscriptions/${subscriptionId}`,
    call,
    seed,
    seedGroup(name, location = 'eastus') {
      const state = { provisioningState: 'Succeeded', managedBy: undefined };
      return seed({ id: groupId(subscriptionId, name), name, type: groupType, resourceGroup: name, location, state });
    },
    async poll(answer) {
      await arm.operations.idle();
      return call('GET', answer.headers['azure-asyncoperation'] ?? answer.headers['location'] ?? '');
    },
    async restart() {
      await arm.close();
      return start(options, place);
    },
    async close() {
      await arm.close();
      await directory.close();
      await store.close();
    },
  };
};

/**
 * A resource manager in memory with one tenant and one subscription, called without sockets: for the tests of this
 * package and of the providers. Its verifier takes object ids for tokens; it must never serve a listener.
 */
export const createTestArm = async (options: TestArmOptions): Promise<TestArm> => {
  const store = createMemoryStore();
  const clock = createClock({ frozenAt: Date.parse('2026-06-01T12:00:00Z') });
  const directory = await createDirectory({ store, clock });
  const tenant = await directory.tenants.create({ displayName: 'Example', domains: ['example.test'] });
  const administrator = newGuid();
  return start(options, { store, clock, directory, tenantId: tenant.id, subscriptionId: newGuid(), administrator });
};
