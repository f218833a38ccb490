import { describe, expect, it } from 'vitest';
import { binding, clientId, identity, pod, principalId, resourceId } from './testing/objects.ts';
import { createWorld, from, tokenIn, type World } from './testing/world.ts';

const web = pod('web');
const ask = (world: World, more = '') => world.request({ source: from(web), search: `resource=r${more}` });
const start = (): World => {
  const world = createWorld({ args: ['--operation-mode=Managed', '--forceNamespaced'], machine: ['demo', 'second', 'foreign'] });
  world.put('pods', web);
  return world;
};
const bind = (world: World, name: string, namespace = 'apps'): void => {
  world.put('identities', identity(name, { namespace }));
  world.put('bindings', binding(name, { namespace }));
};
const noIdentity = (shown = '') => ({ status: 404, body: `no azure identity found for request clientID ${shown}\n` });

describe("upstream's cases of NMI in managed mode", () => {
  it('no bindings: 404 at once', async () => {
    expect(await ask(start())).toMatchObject(noIdentity());
  });

  it('binding without identity: 404', async () => {
    const world = start();
    world.put('bindings', binding('demo'));
    expect(await ask(world)).toMatchObject(noIdentity());
  });

  it('client id not found: 404', async () => {
    const world = start();
    bind(world, 'demo');
    const shown = `${clientId('foreign').slice(0, 4)}##### REDACTED #####dddd`;
    expect(await ask(world, `&client_id=${clientId('foreign')}`)).toMatchObject(noIdentity(shown));
  });

  it('resource id not found: 404', async () => {
    const world = start();
    bind(world, 'demo');
    expect(await ask(world, `&msi_res_id=${resourceId('foreign')}`)).toMatchObject(noIdentity('/sub##### REDACTED #####eign'));
  });

  it('object id of an identity that is not bound: 404', async () => {
    const world = start();
    bind(world, 'demo');
    expect((await ask(world, `&object_id=${principalId('foreign')}`)).status).toBe(404);
  });

  it('bindings and identities of other namespaces do not count', async () => {
    const world = start();
    bind(world, 'foreign', 'other');
    expect(await ask(world)).toMatchObject(noIdentity());
    world.put('bindings', binding('foreign'));
    expect(await ask(world)).toMatchObject(noIdentity());
  });

  it('the selector is compared whole and with its case', async () => {
    const world = start();
    world.put('identities', identity('demo'));
    world.put('bindings', binding('demo', { selector: 'Demo' }));
    expect(await ask(world)).toMatchObject(noIdentity());
  });

  it('an empty label selects nothing', async () => {
    const world = start();
    const bare = pod('bare', { labels: { aadpodidbinding: '' } });
    world.put('pods', bare);
    world.put('identities', identity('demo'));
    world.put('bindings', binding('demo', { selector: '' }));
    expect((await world.request({ source: from(bare), search: 'resource=r' })).status).toBe(404);
  });

  it.each([
    ['none: the first', '', 'demo'],
    ['client id', `&client_id=${clientId('second')}`, 'second'],
    ['resource id', `&msi_res_id=${resourceId('second')}`, 'second'],
    ['object id', `&object_id=${principalId('second')}`, 'second'],
  ])('match by %s', async (_name, parameter, name) => {
    const world = start();
    bind(world, 'demo');
    bind(world, 'second');
    expect(tokenIn(await ask(world, parameter))).toBe(`token-of-${principalId(name)}`);
  });
});
