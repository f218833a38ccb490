import { KernelError } from '@podpass/kernel';
import { expect, it } from 'vitest';
import { createKubeClient } from './client.ts';
import { KubeError } from './error.ts';
import { inClusterClient } from './in-cluster.ts';
import { scriptedWire } from './testing/scripted-wire.ts';

const clientOf = (script: Parameters<typeof scriptedWire>[0]) => {
  const { wire, seen } = scriptedWire(script);
  const client = createKubeClient({ origin: 'https://api.test/', wire, credential: { token: async () => 'tok' }, userAgent: 'ua' });
  return { client, seen };
};
const collect = async <T>(items: AsyncIterable<T>): Promise<T[]> => {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
};

it.each([
  [404, { reason: 'NotFound', message: 'pods "x" not found' }, { status: 404, reason: 'NotFound', message: 'pods "x" not found' }],
  [500, 'no json', { status: 500, reason: '', message: 'the server answered with status 500' }],
  [302, {}, { status: 302, reason: '', message: 'the server answered with status 302' }],
  [409, { reason: 1, message: 'm'.repeat(5_000) }, { status: 409, reason: '', message: 'm'.repeat(1_000) }],
])('status %i rejects with KubeError', async (status, body, expected) => {
  const { client } = clientOf({ reply: () => ({ status, body }) });
  const thrown = await client.get('/x').catch((error: unknown) => error);
  expect(thrown).toBeInstanceOf(KubeError);
  expect(thrown).toMatchObject(expected);
});

it('a watch that is refused rejects with KubeError; a line that is no event too', async () => {
  const refused = clientOf({
    // eslint-disable-next-line require-yield
    watch: async function* () {
      throw new KernelError('unavailable', 'failed', { detail: { status: 410, body: '{"reason":"Expired","message":"too old"}' } });
    },
  });
  await expect(collect(refused.client.watch('/w', new AbortController().signal))).rejects.toMatchObject({ status: 410, reason: 'Expired' });
  const broken = clientOf({
    watch: async function* () {
      yield 'nonsense';
    },
  });
  await expect(collect(broken.client.watch('/w', new AbortController().signal))).rejects.toBeInstanceOf(KubeError);
});

it('sends the token, the agent and the content type that the patch needs', async () => {
  const { client, seen } = clientOf({ reply: () => ({ status: 200, body: { ok: true } }) });
  expect(await client.patch('/a', { x: null })).toEqual({ ok: true });
  await client.patch('/b', [{ op: 'remove', path: '/x' }]);
  await client.delete('/c');
  expect(seen[0]).toMatchObject({
    method: 'PATCH',
    headers: { Authorization: 'Bearer tok', 'User-Agent': 'ua', 'Content-Type': 'application/merge-patch+json' },
  });
  expect(seen[1]?.headers['Content-Type']).toBe('application/json-patch+json');
  expect(seen[2]?.headers['Content-Type']).toBeUndefined();
});

it('a container finds its server by its variables and reads its token from its file', async () => {
  const { wire, seen } = scriptedWire({ reply: () => ({ status: 200, body: {} }) });
  const files: string[] = [];
  const launch = {
    env: { KUBERNETES_SERVICE_HOST: 'fd00::1', KUBERNETES_SERVICE_PORT: '6443' },
    readFile: async (path: string) => {
      files.push(path);
      return 'sa-token\n';
    },
  };
  const client = inClusterClient({ launch, wire, userAgent: 'ua' });
  await client.get('/a');
  await client.get('/b');
  expect(files).toEqual(['/var/run/secrets/kubernetes.io/serviceaccount/token']);
  expect(seen[0]?.headers['Authorization']).toBe('Bearer sa-token');
  expect(() => inClusterClient({ launch: { ...launch, env: {} }, wire, userAgent: 'ua' })).toThrow(/KUBERNETES_SERVICE_HOST/);
  await expect(inClusterClient({ launch: { ...launch, readFile: async () => ' \n' }, wire, userAgent: 'ua' }).get('/a')).rejects.toThrow(
    /empty/,
  );
});
