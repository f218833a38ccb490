import { describe, expect, it } from 'vitest';
import { node, pod, world, type FakeWire, type World } from '../../testing/harness.ts';

const pods = '/api/v1/namespaces/default/pods';
const placed = async (at: World, containers: readonly object[] = [{ name: 'main', image: 'x' }]) => {
  await at.ask('POST', '/api/v1/nodes', { body: node('n1') });
  await at.ask('POST', pods, { body: pod('a', { spec: { nodeName: 'n1', containers } }) });
};
const said: FakeWire = () => ({ status: 200, headers: {}, body: Buffer.from('hello\n') });

describe('logs are refused', () => {
  it('for a pod that does not exist, or has no node', async () => {
    await using at = await world();
    expect((await at.ask('GET', `${pods}/a/log`)).body).toMatchObject({ code: 404, message: 'pods "a" not found' });
    await at.ask('POST', pods, { body: pod('a') });
    expect((await at.ask('GET', `${pods}/a/log`)).body).toMatchObject({ code: 400, message: 'pod a does not have a host assigned' });
  });

  it.each([
    ['?container=other', 400, 'container other is not valid for pod a'],
    ['', 400, 'a container name must be specified for pod a, choose one of: [one two]'],
    ['?container=one&tailLines=-1', 422, 'tailLines'],
    ['?container=one&sinceSeconds=0', 422, 'sinceSeconds'],
  ])('for %s', async (query, code, message) => {
    await using at = await world({ wire: said });
    await placed(at, [
      { name: 'one', image: 'x' },
      { name: 'two', image: 'x' },
    ]);
    expect((await at.ask('GET', `${pods}/a/log${query}`)).body).toMatchObject({
      code,
      message: expect.stringContaining(message) as string,
    });
  });

  it('while the container waits to start', async () => {
    await using at = await world({ wire: said });
    await placed(at);
    await at.ask('PATCH', `${pods}/a/status`, {
      headers: { 'content-type': 'application/merge-patch+json' },
      body: {
        status: {
          containerStatuses: [
            { name: 'main', image: 'x', imageID: '', ready: false, restartCount: 0, state: { waiting: { reason: 'ContainerCreating' } } },
          ],
        },
      },
    });
    expect((await at.ask('GET', `${pods}/a/log`)).body).toMatchObject({
      code: 400,
      message: 'container "main" in pod "a" is waiting to start: ContainerCreating',
    });
  });

  it('when the kubelet cannot be reached', async () => {
    await using at = await world();
    await placed(at);
    expect((await at.ask('GET', `${pods}/a/log`)).body).toMatchObject({
      code: 500,
      message: expect.stringContaining('ECONNREFUSED') as string,
    });
  });
});

describe('logs', () => {
  it('come from the kubelet of the pod, with the certificate of the API server', async () => {
    await using at = await world({ wire: said });
    await placed(at);
    const reply = await at.ask('GET', `${pods}/a/log?tailLines=5&timestamps=true&secret=1`);
    expect(reply.text).toBe('hello\n');
    expect(reply.headers['Content-Type']).toBe('text/plain; charset=utf-8');
    expect(at.calls[0]).toMatchObject({
      url: 'https://127.0.0.1:10250/containerLogs/default/a/main?tailLines=5&timestamps=true',
      serverName: 'n1',
      ca: at.cluster.clientCa,
      clientCertificate: { cert: expect.stringContaining('BEGIN CERTIFICATE') as string },
    });
  });
});
