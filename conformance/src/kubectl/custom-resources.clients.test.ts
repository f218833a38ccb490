import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clientsAvailable } from '../platform/available.ts';
import { until } from '../platform/until.ts';
import { backup, backupDefinition } from './definitions.ts';
import { clients, createKubectlWorld, must, mustFail, type Kubectl, type KubectlWorld } from './world.ts';

/** The life of a definition and of its objects, with every kubectl that can be had. */
describe.skipIf(!clientsAvailable || clients.size === 0)('kubectl: custom resources', () => {
  let world: KubectlWorld;

  beforeAll(async () => {
    world = await createKubectlWorld();
  });
  afterAll(async () => {
    await world?.[Symbol.asyncDispose]();
  });

  describe.each([...clients.keys()])('%s', (minor) => {
    const group = `v${minor.replace('.', '-')}.example.com`;
    const definition = `backups.${group}`;
    const resource = `backups.v1.${group}`;
    let kubectl: Kubectl;
    const apply = async (...objects: object[]) => kubectl('apply', '-f', await world.manifest(...objects));
    const field = (name: string, path: string) => must(kubectl('get', resource, name, '-o', `jsonpath={${path}}`));

    beforeAll(() => {
      kubectl = world.client(minor);
    });

    it('a definition is refused in the API server’s words', async () => {
      const refused = async (over: Parameters<typeof backupDefinition>[1]) => mustFail(apply(backupDefinition(group, over)));
      expect(await refused({ version: { schema: undefined } })).toContain('schemas are required');
      expect(await refused({ version: { schema: { openAPIV3Schema: { type: 'string' } } } })).toContain('must be object at the root');
      expect(await refused({ spec: { scope: 'Galaxy' } })).toContain(
        'spec.scope: Unsupported value: "Galaxy": supported values: "Cluster", "Namespaced"',
      );
      expect(await refused({ version: { storage: false } })).toContain('must have exactly one version marked as storage version');
      expect(await refused({ version: { nonsense: 1 } })).toContain('unknown field "spec.versions[0].nonsense"');
    });

    it('a definition is established and known to discovery', async () => {
      expect(await must(apply(backupDefinition(group)))).toBe(`customresourcedefinition.apiextensions.k8s.io/${definition} created`);
      expect(await must(kubectl('wait', '--for=condition=Established', `crd/${definition}`, '--timeout=20s'))).toContain('condition met');
      expect(await must(kubectl('api-resources', '--api-group', group))).toMatch(/^backups +bk +\S+\/v1 +true +Backup$/m);
      expect(await must(apply(backupDefinition(group)))).toContain('unchanged');
    });

    it('objects that break the schema are refused in the API server’s words', async () => {
      const refused = (spec: Readonly<Record<string, unknown>>) =>
        apply(backup(group, 'bad', spec)).then((done) => mustFail(Promise.resolve(done)));
      expect(await refused({})).toContain('spec.schedule: Required value');
      expect(await refused({ schedule: 'never' })).toContain(
        `spec.schedule: Invalid value: "never": spec.schedule in body should match '^(@daily|@hourly)$'`,
      );
      expect(await refused({ schedule: '@daily', keep: 31 })).toContain(
        'spec.keep: Invalid value: 31: spec.keep in body should be less than or equal to 30',
      );
      expect(await refused({ schedule: '@daily', keep: 'x' })).toContain('spec.keep in body must be of type integer: "string"');
      expect(await refused({ schedule: '@daily', mode: 'Half' })).toContain(
        'spec.mode: Unsupported value: "Half": supported values: "Full", "Delta"',
      );
      expect(await refused({ schedule: '@daily', targets: ['a', 'a'] })).toContain('spec.targets[1]: Duplicate value: "a"');
      expect((await kubectl('get', resource)).stdout).toBe('');
    });

    it('unknown fields are refused, warned of or dropped, as the client asks', async () => {
      const manifest = await world.manifest(backup(group, 'typo', { schedule: '@daily', shedule: 1 }));
      expect(await mustFail(kubectl('apply', '-f', manifest))).toContain('unknown field "spec.shedule"');
      const warned = await kubectl('apply', '--validate=warn', '-f', manifest);
      expect(warned).toMatchObject({ code: 0, stderr: expect.stringContaining('Warning: unknown field "spec.shedule"') as unknown });
      expect(await field('typo', '.spec.shedule')).toBe('');
      expect(await must(kubectl('delete', '-f', manifest))).toContain('deleted');
      const ignored = await kubectl('create', '--validate=ignore', '-f', manifest);
      expect(ignored).toMatchObject({ code: 0, stderr: '' });
      expect(await must(kubectl('delete', resource, 'typo'))).toContain('deleted');
    });

    it('apply, diff, get with columns, patch, describe, explain', async () => {
      const name = `backup.${group}/nightly`;
      expect(await must(apply(backup(group, 'nightly')))).toBe(`${name} created`);
      expect(await must(apply(backup(group, 'nightly')))).toBe(`${name} unchanged`);
      expect(await must(kubectl('get', resource))).toMatch(/^NAME +SCHEDULE +KEEP\nnightly +@daily +7$/);
      expect(await must(kubectl('get', resource, '-o', 'wide'))).toMatch(/^NAME +SCHEDULE +KEEP +PHASE\nnightly +@daily +7 *(<none>)?$/);
      const changed = await world.manifest(backup(group, 'nightly', { schedule: '@hourly', keep: 3 }));
      const diff = await kubectl('diff', '-f', changed);
      expect(diff.code).toBe(1);
      expect(diff.stdout).toMatch(/^-\s+schedule: '@daily'\n\+\s+schedule: '@hourly'$/m);
      expect(await must(kubectl('apply', '-f', changed))).toBe(`${name} configured`);
      expect((await kubectl('diff', '-f', changed)).code).toBe(0);
      expect(await field('nightly', '.metadata.generation')).toBe('2');
      expect(await must(kubectl('patch', resource, 'nightly', '--type=merge', '-p', '{"spec":{"keep":5}}'))).toBe(`${name} patched`);
      const operation = JSON.stringify([{ op: 'replace', path: '/spec/mode', value: 'Delta' }]);
      expect(await must(kubectl('patch', resource, 'nightly', '--type=json', '-p', operation))).toBe(`${name} patched`);
      expect(await must(kubectl('get', resource, 'nightly', '-o', 'jsonpath={.spec.keep} {.spec.mode}'))).toBe('5 Delta');
      expect(await mustFail(kubectl('patch', resource, 'nightly', '--type=merge', '-p', '{"spec":{"keep":0}}'))).toContain(
        'should be greater than or equal to 1',
      );
      expect(await mustFail(kubectl('patch', resource, 'nightly', '--type=strategic', '-p', '{"spec":{"keep":4}}'))).toContain(
        'application/strategic-merge-patch+json is not supported',
      );
      const described = await must(kubectl('describe', resource, 'nightly'));
      for (const part of [/^Name: +nightly$/m, /^Kind: +Backup$/m, /^ +Schedule: +@hourly$/m]) expect(described).toMatch(part);
      const explained = await must(kubectl('explain', `backups.spec.schedule`, '--api-version', `${group}/v1`));
      expect(explained).toMatch(/FIELD: schedule <string>/);
      expect(explained).toContain('When it runs.');
      expect(await mustFail(kubectl('explain', 'backups.spec.nonsense', '--api-version', `${group}/v1`))).toContain('does not exist');
    });

    it('the status is written through its subresource only', async () => {
      const patch = '{"spec":{"keep":9},"status":{"phase":"Done"}}';
      expect(await must(kubectl('patch', resource, 'nightly', '--subresource=status', '--type=merge', '-p', patch))).toContain('patched');
      expect(await must(kubectl('get', resource, 'nightly', '-o', 'jsonpath={.spec.keep} {.status.phase}'))).toBe('5 Done');
      await kubectl('patch', resource, 'nightly', '--type=merge', '-p', '{"status":{"phase":"Stolen"}}');
      expect(await field('nightly', '.status.phase')).toBe('Done');
      expect(await must(kubectl('get', resource, 'nightly', '--subresource=status', '-o', 'jsonpath={.status.phase}'))).toBe('Done');
      expect(await must(kubectl('wait', '--for=jsonpath={.status.phase}=Done', `${resource}/nightly`, '--timeout=10s'))).toContain(
        'condition met',
      );
    });

    it('a watch follows the changes', async () => {
      const watching = kubectl('get', resource, 'nightly', '--watch', '--request-timeout=4s', '-o', 'jsonpath={.spec.keep}{"\\n"}');
      await sleep(1_500);
      await must(kubectl('patch', resource, 'nightly', '--type=merge', '-p', '{"spec":{"keep":11}}'));
      expect((await watching).stdout).toBe('5\n11\n');
    });

    it('a finalizer holds an object, and the definition with it, until it is taken off', async () => {
      await must(apply(backup(group, 'held', { schedule: '@daily' }, { finalizers: ['example.com/hold'] })));
      expect(await must(kubectl('delete', resource, 'held', '--wait=false'))).toContain('deleted');
      expect(await field('held', '.metadata.deletionTimestamp')).not.toBe('');
      expect(
        await mustFail(
          kubectl('patch', resource, 'held', '--type=merge', '-p', '{"metadata":{"finalizers":["example.com/hold","a.io/b"]}}'),
        ),
      ).toContain('no new finalizers can be added if the object is being deleted');
      expect(await must(kubectl('delete', 'crd', definition, '--wait=false'))).toContain('deleted');
      expect(await mustFail(kubectl('create', '-f', await world.manifest(backup(group, 'late'))))).toContain(
        'create not allowed while custom resource definition is terminating',
      );
      const left = await until(
        () => must(kubectl('get', resource, '-o', 'name')),
        (names) => !names.includes('nightly'),
        20,
      );
      expect(left).toBe(`backup.${group}/held`);
      expect(await must(kubectl('get', 'crd', definition, '-o', 'jsonpath={.status.conditions[?(@.type=="Terminating")].status}'))).toBe(
        'True',
      );
      await must(kubectl('patch', resource, 'held', '--type=merge', '-p', '{"metadata":{"finalizers":null}}'));
      await must(kubectl('wait', '--for=delete', `crd/${definition}`, '--timeout=20s'));
      expect(await mustFail(kubectl('get', 'crd', definition))).toContain('not found');
    });

    it('a definition that comes back finds nothing of what there was', async () => {
      await must(apply(backupDefinition(group)));
      await must(kubectl('wait', '--for=condition=Established', `crd/${definition}`, '--timeout=20s'));
      expect((await kubectl('get', resource)).stderr).toContain('No resources found');
      await must(kubectl('delete', 'crd', definition));
    });

    it('a lease: create, renew, describe, delete', async () => {
      const name = group.split('.')[0] ?? '';
      const lease = (renewTime: string) => ({
        apiVersion: 'coordination.k8s.io/v1',
        kind: 'Lease',
        metadata: { name, namespace: 'default' },
        spec: { holderIdentity: 'me', leaseDurationSeconds: 15, renewTime },
      });
      expect(await must(apply(lease('2026-01-01T00:00:00.000000Z')))).toContain('created');
      expect(await must(apply(lease('2026-01-01T00:00:05.000000Z')))).toContain('configured');
      expect(await must(kubectl('get', 'lease', name))).toMatch(/^NAME +HOLDER +AGE\n\S+ +me +/);
      expect(await must(kubectl('describe', 'lease', name))).toMatch(/Holder Identity: +me/);
      expect(await mustFail(apply({ ...lease('2026-01-01T00:00:05.000000Z'), spec: { leaseDurationSeconds: -1 } }))).toContain(
        'spec.leaseDurationSeconds: Invalid value: -1: must be greater than 0',
      );
      expect(await must(kubectl('delete', 'lease', name))).toContain('deleted');
    });
  });
});
