import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { assigned, binding, clientId, identity, node, pod, principalId, resourceId } from './testing/objects.ts';
import { createWorld, from, tokenIn, type World, type WorldOptions } from './testing/world.ts';

const web = pod('web');
const ask = (world: World, more = '') => world.request({ source: from(web), search: `resource=https://vault.azure.net${more}` });
const start = (options?: WorldOptions): World => {
  const world = createWorld(options);
  world.put('pods', web);
  world.put('identities', identity('demo'));
  world.put('bindings', binding('demo'));
  return world;
};
const attempts = (state: string, count: number) =>
  `getting assigned identities for pod apps/web in ${state} state failed after ${String(count)} attempts, retry duration [5]s, error: <nil>. Check MIC pod logs for identity assignment errors\n`;

describe("upstream's cases of NMI in standard mode", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('no assigned identities: 404 after 16 rounds of 5 s', async () => {
    const answer = ask(start());
    await vi.advanceTimersByTimeAsync(79_900);
    await expect(Promise.race([answer, Promise.resolve('waiting')])).resolves.toBe('waiting');
    await vi.advanceTimersByTimeAsync(200);
    expect(await answer).toMatchObject({ status: 404, body: attempts('CREATED', 16) });
  });

  it('created only: 404 after 20 rounds', async () => {
    const world = start();
    world.put('assigned', assigned('web', 'demo', { status: 'Created' }));
    const answer = ask(world);
    await vi.advanceTimersByTimeAsync(99_900);
    await expect(Promise.race([answer, Promise.resolve('waiting')])).resolves.toBe('waiting');
    await vi.advanceTimersByTimeAsync(200);
    expect(await answer).toMatchObject({ status: 404, body: attempts('ASSIGNED', 20) });
  });

  it.each([
    ['client id', '&client_id=00000000-0000-0000-0000-000000000000', '0000##### REDACTED #####0000, getting'],
    ['resource id', `&msi_res_id=${resourceId('other')}`, '/sub##### REDACTED #####ther, getting'],
    ['object id', `&object_id=${principalId('other')}`, ''],
  ])('%s not found: 404, with the id redacted', async (_name, parameter, shown) => {
    const world = start();
    world.put('assigned', assigned('web', 'demo'));
    const answer = ask(world, parameter);
    await vi.advanceTimersByTimeAsync(100_100);
    const { status, body } = await answer;
    expect(status).toBe(404);
    expect(body).toContain(`clientID in request: ${shown}`);
    expect(body).toContain('getting assigned identities for pod apps/web in CREATED state');
    expect(world.mints).toEqual([]);
  });

  it('stateless assigned identities of old versions are used', async () => {
    const world = start();
    world.put('assigned', assigned('web', 'demo', { status: '' }));
    expect(tokenIn(await ask(world))).toBe(`token-of-${principalId('demo')}`);
  });

  it('assigned: seven strings, and upstream log lines', async () => {
    const world = start();
    world.put('assigned', assigned('web', 'demo'));
    const answer = await ask(world);
    const body = JSON.parse(answer.body) as Record<string, unknown>;
    expect(Object.keys(body)).toEqual([
      'access_token',
      'refresh_token',
      'expires_in',
      'expires_on',
      'not_before',
      'resource',
      'token_type',
    ]);
    expect(Object.values(body).every((value) => typeof value === 'string')).toBe(true);
    expect(body).toMatchObject({ expires_in: '86400', resource: 'https://vault.azure.net', token_type: 'Bearer' });
    const log = world.lines.join('\n');
    expect(log).toContain('no clientID or resourceID in request. apps/web has been matched with azure identity apps/demo');
    expect(log).toContain(
      `matched identityType:0 clientid:${clientId('demo').slice(0, 4)}##### REDACTED #####dddd resource:https://vault.azure.net`,
    );
    expect(log).toMatch(
      /status \(200\) took \d+ ns for req\.method=GET reg\.path=\/metadata\/identity\/oauth2\/token req\.remote=10\.0\.0\.7/,
    );
    expect(log).not.toContain('token-of-');
  });

  it.each([
    ['client id', `&client_id=${clientId('second')}`],
    ['client id in capitals', `&client_id=${clientId('second').toUpperCase()}`],
    ['resource id as msi_res_id', `&msi_res_id=${resourceId('second')}`],
    ['resource id as mi_res_id, in capitals', `&mi_res_id=${resourceId('second').toUpperCase()}`],
    ['object id', `&object_id=${principalId('second')}`],
    ['principal id', `&principal_id=${principalId('second')}`],
  ])('%s match among several identities', async (_name, parameter) => {
    const world = start({ machine: ['demo', 'second'] });
    world.put('identities', identity('second'));
    world.put('bindings', binding('second'));
    world.put('assigned', assigned('web', 'demo'), assigned('web', 'second'));
    expect(tokenIn(await ask(world, parameter))).toBe(`token-of-${principalId('second')}`);
  });

  it('force namespaced: serves the same namespace', async () => {
    const world = start({ args: ['--forceNamespaced'] });
    world.put('assigned', assigned('web', 'demo', { namespace: 'apps' }));
    expect(tokenIn(await ask(world))).toBe(`token-of-${principalId('demo')}`);
  });

  it('force namespaced: never another namespace, at once', async () => {
    const world = start({ args: ['--forceNamespaced'] });
    const [of, by] = [identity('demo', { namespace: 'other' }), binding('demo', { namespace: 'other' })];
    world.put('identities', of);
    world.put('bindings', by);
    world.put('assigned', assigned('web', 'demo', { namespace: 'other', of, by }));
    expect(await ask(world)).toMatchObject({ status: 404, body: 'no azure identity found for request clientID \n' });
    expect(world.mints).toEqual([]);
  });

  it('serves the waiting request as soon as the assignment appears', async () => {
    const world = start();
    const answer = ask(world);
    await vi.advanceTimersByTimeAsync(1_000);
    world.put('assigned', assigned('web', 'demo', { status: 'Created' }));
    await vi.advanceTimersByTimeAsync(1);
    world.put('assigned', assigned('web', 'demo'));
    await vi.advanceTimersByTimeAsync(0);
    expect(tokenIn(await answer)).toBe(`token-of-${principalId('demo')}`);
  });

  it('ends waiting requests when NMI ends', async () => {
    const world = start();
    const answer = ask(world);
    await vi.advanceTimersByTimeAsync(1);
    world.ending.abort();
    world.view.waiters.wakeAll();
    expect(await answer).toMatchObject({ status: 503 });
  });

  it('set-retry-after-header: 503 with Retry-After 20 in place of 404', async () => {
    const answer = ask(
      start({ args: ['--set-retry-after-header=true', '--retry-attempts-for-created', '1', '--find-identity-retry-interval=1'] }),
    );
    await vi.advanceTimersByTimeAsync(1_100);
    expect(await answer).toMatchObject({ status: 503, headers: { 'retry-after': '20' } });
  });

  it('403 when the machine does not have the identity', async () => {
    const world = start({ machine: [] });
    world.put('assigned', assigned('web', 'demo'));
    const { status, body } = await ask(world);
    expect(status).toBe(403);
    expect(body).toContain('Identity not found');
  });

  it('waits for MIC when the identity was changed after it was assigned', async () => {
    const world = start({ machine: ['demo', 'second'] });
    world.put('assigned', assigned('web', 'demo'));
    const changed = identity('demo', { spec: { resourceID: resourceId('second'), clientID: clientId('second') } });
    world.put('identities', changed);
    const answer = ask(world);
    await vi.advanceTimersByTimeAsync(10);
    expect(world.mints).toEqual([]);
    world.put('assigned', assigned('web', 'demo', { of: changed }));
    await vi.advanceTimersByTimeAsync(0);
    expect(tokenIn(await answer)).toBe(`token-of-${principalId('second')}`);
  });

  it('ignores what is assigned on another node', async () => {
    const world = start();
    world.put('assigned', assigned('web', 'demo', { spec: { nodename: `${node}1` } }));
    const answer = ask(world);
    await vi.advanceTimersByTimeAsync(100_100);
    expect((await answer).status).toBe(404);
  });
});
