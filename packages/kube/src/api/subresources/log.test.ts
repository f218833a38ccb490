import { describe, expect, it } from 'vitest';
import { node, pod, world, type FakeWire, type World } from '../../testing/harness.ts';

const pods = '/api/v1/namespaces/default/pods';
const placed = async (at: World, containers: readonly object[] = [{ name: 'main', image: 'x' }]) => {
  await at.ask('POST', '/api/v1/nodes', { body: node('n1') });
  await at.ask('POST', pods, { body: pod('a', { spec: { nodeName: 'n1', containers } }) });
};
interface States {
  readonly state?: object;
  readonly lastState?: object;
}

const report = (at: World, states: States, list = 'containerStatuses') =>
  at.ask('PATCH', `${pods}/a/status`, {
    headers: { 'content-type': 'application/merge-patch+json' },
    body: { status: { [list]: [{ name: 'main', image: 'x', imageID: '', ready: false, restartCount: 0, ...states }] } },
  });
const running: States = { state: { running: { startedAt: '2026-01-01T00:00:00Z' } } };
const over = { terminated: { exitCode: 1, containerID: 'process://1' } };
const said: FakeWire = () => ({ status: 200, headers: {}, body: Buffer.from('hello\n') });

describe('logs are refused', () => {
  it('for a pod that does not exist', async () => {
    await using at = await world();
    expect((await at.ask('GET', `${pods}/a/log`)).body).toMatchObject({ code: 404, message: 'pods "a" not found' });
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

  it.each<[string, States, string]>([
    ['', { state: { waiting: { reason: 'ContainerCreating' } } }, 'container "main" in pod "a" is waiting to start: ContainerCreating'],
    ['', { state: { waiting: { reason: 'PodInitializing' } } }, 'container "main" in pod "a" is waiting to start: PodInitializing'],
    ['', { state: { waiting: { reason: 'ErrImagePull' } } }, `container "main" in pod "a" is waiting to start: image can't be pulled`],
    ['', {}, 'container "main" in pod "a" is waiting to start - no logs yet'],
    ['', { state: { terminated: { exitCode: 1 } } }, 'container "main" in pod "a" is terminated'],
    ['?follow=true', { state: { waiting: { reason: 'CreateContainerConfigError' } } }, 'is waiting to start: CreateContainerConfigError'],
    ['?previous=true', running, 'previous terminated container "main" in pod "a" not found'],
    ['?previous=true&follow=true', running, 'previous terminated container "main" in pod "a" not found'],
  ])('in the words of the kubelet %s %j', async (query, states, message) => {
    await using at = await world({ wire: said });
    await placed(at);
    await report(at, states);
    expect((await at.ask('GET', `${pods}/a/log${query}`)).body).toMatchObject({
      code: 400,
      reason: 'BadRequest',
      message: expect.stringContaining(message) as string,
    });
    expect(at.calls).toEqual([]);
  });

  it('before the kubelet has taken up the pod', async () => {
    await using at = await world({ wire: said });
    await placed(at);
    expect((await at.ask('GET', `${pods}/a/log`)).body).toMatchObject({
      code: 400,
      message: 'container "main" in pod "a" is not available',
    });
  });

  it('when the kubelet does not have the pod', async () => {
    await using at = await world({ wire: () => ({ status: 404, headers: {}, body: Buffer.from('pod "a" not found') }) });
    await placed(at);
    await report(at, running);
    expect((await at.ask('GET', `${pods}/a/log`)).body).toMatchObject({
      code: 404,
      message: 'the server could not find the requested resource ( pods/log a)',
      details: { causes: [{ message: 'pod "a" not found' }] },
    });
  });

  it('when the kubelet cannot be reached', async () => {
    await using at = await world();
    await placed(at);
    await report(at, running);
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
    await report(at, running);
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

  it('of a pod without a node are nothing, as nobody wrote them', async () => {
    await using at = await world({ wire: said });
    await at.ask('POST', pods, { body: pod('a') });
    expect(await at.ask('GET', `${pods}/a/log`)).toMatchObject({ status: 204, text: '' });
  });

  it('of the only container are meant when the pod has init containers', async () => {
    await using at = await world({ wire: said });
    await at.ask('POST', '/api/v1/nodes', { body: node('n1') });
    const spec = { nodeName: 'n1', initContainers: [{ name: 'first', image: 'x' }] };
    await at.ask('POST', pods, { body: pod('a', { spec }) });
    await report(at, running);
    expect((await at.ask('GET', `${pods}/a/log`)).text).toBe('hello\n');
  });

  it.each<[string, States]>([
    ['', { state: { waiting: { reason: 'CrashLoopBackOff' } }, lastState: over }],
    ['?previous=true', { ...running, lastState: over }],
    ['', { state: over }],
  ])('of an earlier run are given %s %j', async (query, states) => {
    await using at = await world({ wire: said });
    await placed(at);
    await report(at, states);
    expect((await at.ask('GET', `${pods}/a/log${query}`)).text).toBe('hello\n');
  });

  it('that are followed come as they were written, empty lines included', async () => {
    await using at = await world({ wire: said });
    await placed(at);
    await report(at, running);
    expect(await at.text(`${pods}/a/log?follow=true`)).toBe('first\n\nsecond\n');
    expect(at.calls[0]).toMatchObject({ lines: 'text' });
  });
});
