import { generateSigningKey, signJwt, type SigningKey } from '@podpass/crypto';
import type { WireAnswer, WireClient, WireRequest } from '@podpass/http';

type Reply = {
  readonly status?: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly wait?: Promise<void>;
};

/** A wire client that answers from a table and remembers what was asked. What it does not know cannot be reached. */
export const createFakeWire = () => {
  const replies = new Map<string, () => Reply>();
  const asked: string[] = [];
  const requests: WireRequest[] = [];
  const wire: WireClient = {
    async request(request: WireRequest): Promise<WireAnswer> {
      const { url } = request;
      asked.push(url);
      requests.push(request);
      const reply = replies.get(url)?.();
      if (!reply) throw new Error('connect ECONNREFUSED');
      await reply.wait;
      const body = typeof reply.body === 'string' ? reply.body : JSON.stringify(reply.body ?? {});
      return { status: reply.status ?? 200, headers: { ...reply.headers }, body: Buffer.from(body) };
    },
    async *lines() {
      yield* [];
    },
    close: async () => undefined,
  };
  return { wire, asked, requests, replies, count: (part: string) => asked.filter((url) => url.includes(part)).length };
};

export type FakeWire = ReturnType<typeof createFakeWire>;

/** A promise that is never settled: an issuer that hangs. */
export const never = (): Promise<never> => new Promise(() => undefined);

/** First keys by issuer, shared by the tests of one file: making an RSA key takes longer than most tests. */
const firstKeys = new Map<string, Promise<SigningKey>>();
const firstKey = (url: string): Promise<SigningKey> => {
  const key = firstKeys.get(url) ?? generateSigningKey();
  firstKeys.set(url, key);
  return key;
};

/** An issuer on the fake wire, as a cluster's: metadata, key set, and tokens signed by its newest key. */
export const createFakeIssuer = async (fake: FakeWire, url = 'https://oidc.example/cluster/') => {
  const root = url.endsWith('/') ? url : `${url}/`;
  const state = {
    keys: [await firstKey(url)] as SigningKey[],
    cacheControl: undefined as string | undefined,
    metadata: { issuer: url, jwks_uri: `${root}openid/v1/jwks` } as unknown,
    jwks: undefined as unknown,
    status: 200,
    wait: undefined as Promise<void> | undefined,
  };
  const headers = (): Record<string, string> => (state.cacheControl === undefined ? {} : { 'cache-control': state.cacheControl });
  const reply = (body: unknown): Reply => ({ status: state.status, body, headers: headers(), ...(state.wait ? { wait: state.wait } : {}) });
  fake.replies.set(`${root}.well-known/openid-configuration`, () => reply(state.metadata));
  fake.replies.set(`${root}openid/v1/jwks`, () => reply(state.jwks ?? { keys: state.keys.map(({ publicJwk }) => publicJwk) }));
  const current = (): SigningKey => {
    const [newest] = state.keys;
    if (!newest) throw new Error('the issuer has no key');
    return newest;
  };
  return {
    url,
    root,
    state,
    current,
    /** The new key signs; of the old ones only the newest stays published. */
    async rotate() {
      state.keys = [await generateSigningKey(), ...state.keys.slice(0, 1)];
    },
    sign: (claims: Readonly<Record<string, unknown>>, key: SigningKey = current()) => signJwt(key, { claims: { iss: url, ...claims } }),
  };
};
