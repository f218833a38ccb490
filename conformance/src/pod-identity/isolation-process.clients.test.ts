import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clientsAvailable } from '../platform/available.ts';
import { ask, createScene, home, podOf, selector, statusOf, tokenPath, type Scene } from './isolation/scene.ts';

/** Says where its metadata service is, and asks there whenever a second has passed. Argument: the path. */
const tell = String.raw`
import os, sys, time, urllib.request
at = os.environ['AZURE_POD_IDENTITY_AUTHORITY_HOST']
answer = urllib.request.urlopen(urllib.request.Request(at + sys.argv[1], headers={'Metadata': 'true'})).read()
print(at, 'token' if b'access_token' in answer else answer, flush=True)
time.sleep(600)
`;

/** Without namespaces all pods share the loopback; who holds the other end of a connection is looked up in /proc. */
describe.skipIf(!clientsAvailable || process.platform !== 'linux')(
  'in the process runtime, the port of a pod serves its own processes',
  () => {
    let scene: Scene;
    let at: URL;

    beforeAll(async () => {
      scene = await createScene('isolation-process', { runtime: 'process' });
      await scene.cluster.apply(podOf('victim', { labels: { aadpodidbinding: selector }, args: [tell, tokenPath] }));
      const log = await scene.cluster.logOf('victim', /token/, { namespace: home });
      at = new URL(log.split(' ')[0] ?? '');
    });
    afterAll(() => scene?.[Symbol.asyncDispose]());

    const refusedBy = async (unknown: { labels?: Readonly<Record<string, string>> }, name: string) => {
      const outcome = await scene.tryAll(name, [{ name: 'ask', to: [at.hostname, Number(at.port)], send: ask(tokenPath) }], unknown);
      return outcome.get('ask')?.heard ?? '';
    };
    const unknownSources = async () => (await scene.audits()).filter(({ reason }) => reason === 'unknown-source').length;

    it('and gives them the token', async () => {
      expect(at.hostname).toBe('127.0.0.1');
      const log = await scene.cluster.logOf('victim', /token/, { namespace: home });
      expect(log).toMatch(/^http:\/\/127\.0\.0\.1:\d+ token$/m);
    });
    it('and refuses those of another pod', async () => {
      const before = await unknownSources();
      const heard = await refusedBy({}, 'attacker');
      expect(heard).not.toContain('access_token');
      expect(statusOf(heard)).toBe(500);
      await expect.poll(unknownSources).toBe(before + 1);
    });
    it('and refuses those of another pod with the same binding, which has a port of its own', async () => {
      expect(statusOf(await refusedBy({ labels: { aadpodidbinding: selector } }, 'neighbour'))).toBe(500);
    });
    it('and refuses a process of the machine that is no pod', async () => {
      const before = await unknownSources();
      const answer = await fetch(new URL(tokenPath, at), { headers: { Metadata: 'true' } });
      expect({ status: answer.status, body: await answer.text() }).toStrictEqual({ status: 500, body: 'pod list is empty\n' });
      await expect.poll(unknownSources).toBe(before + 1);
    });
    it('and is closed when the pod is gone', async () => {
      await scene.cluster.kubectl('delete', 'pod', '-n', home, 'victim', '--force', '--grace-period=0');
      await expect.poll(() => fetch(at).catch(() => 'nobody there'), { timeout: 10_000 }).toBe('nobody there');
    });
  },
);
