import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clientsAvailable } from '../platform/available.ts';
import { clients, createKubectlWorld, must, mustFail, type Kubectl, type KubectlWorld } from './world.ts';

/** The same commands with every kubectl that can be had: what users of any version see. */
describe.skipIf(!clientsAvailable || clients.size === 0)('kubectl', () => {
  let world: KubectlWorld;

  beforeAll(async () => {
    world = await createKubectlWorld();
    await must(world.platform.podpass('image', 'list'));
  });
  afterAll(async () => {
    await world?.[Symbol.asyncDispose]();
  });

  describe.each([...clients.keys()])('%s', (minor) => {
    const namespace = `v${minor.replace('.', '-')}`;
    let kubectl: Kubectl;
    const here = (...args: string[]) => kubectl('--namespace', namespace, ...args);

    beforeAll(async () => {
      kubectl = world.client(minor);
      await must(kubectl('create', 'namespace', namespace));
    });

    it('version names client and server', async () => {
      const text = await must(kubectl('version'));
      expect(text).toMatch(new RegExp(`Client Version: v${minor.replace('.', '\\.')}\\.\\d+`));
      expect(text).toMatch(/Server Version: v1\.35\.\d+/);
    });

    it('create: service account, config map, secret', async () => {
      expect(await must(here('create', 'serviceaccount', 'reader'))).toBe('serviceaccount/reader created');
      expect(await must(here('create', 'configmap', 'settings', '--from-literal=colour=blue'))).toBe('configmap/settings created');
      expect(await must(here('create', 'secret', 'generic', 'keys', '--from-literal=token=s3cr3t'))).toBe('secret/keys created');
      expect(await mustFail(here('create', 'serviceaccount', 'reader'))).toBe(
        'error: failed to create serviceaccount: serviceaccounts "reader" already exists',
      );
      expect(await mustFail(here('create', 'configmap', 'Upper_Case'))).toContain(
        'ConfigMap "Upper_Case" is invalid: metadata.name: Invalid value',
      );
      expect(await mustFail(kubectl('create', 'serviceaccount', 'x', '--namespace', 'missing'))).toContain(
        'namespaces "missing" not found',
      );
    });

    it('get: tables, yaml, jsonpath, wide, names', async () => {
      expect(await must(here('get', 'configmap', 'settings'))).toMatch(/^NAME +DATA +AGE\nsettings +1 +\d+s$/);
      expect(await must(here('get', 'secrets'))).toMatch(/^NAME +TYPE +DATA +AGE\nkeys +Opaque +1 +\d+s$/);
      expect(await must(here('get', 'serviceaccounts'))).toMatch(/^reader +(0 +)?\d+s$/m);
      expect(await must(here('get', 'configmap', 'settings', '-o', 'yaml'))).toMatch(
        /apiVersion: v1\ndata:\n {2}colour: blue\nkind: ConfigMap\n/,
      );
      expect(await must(here('get', 'secret', 'keys', '-o', 'jsonpath={.data.token}'))).toBe(Buffer.from('s3cr3t').toString('base64'));
      expect(await must(kubectl('get', 'nodes', '-o', 'wide'))).toMatch(
        /NAME +STATUS +ROLES +AGE +VERSION +INTERNAL-IP +EXTERNAL-IP +OS-IMAGE .*\naks-\S+ +Ready /,
      );
      expect(await must(here('get', 'sa', 'reader', '-o', 'name'))).toBe('serviceaccount/reader');
      expect(await must(kubectl('get', 'namespace', namespace, '-o', 'jsonpath={.status.phase}'))).toBe('Active');
      expect(await mustFail(here('get', 'pod', 'missing'))).toBe('Error from server (NotFound): pods "missing" not found');
      expect(await mustFail(kubectl('get', 'unicorns'))).toContain(`the server doesn't have a resource type "unicorns"`);
      expect((await here('get', 'pods')).stderr).toContain(`No resources found in ${namespace} namespace.`);
    });

    it('apply: created, unchanged, configured; a manifest that is wrong is refused', async () => {
      const object = (colour: string) => ({
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'applied', namespace },
        data: { colour },
      });
      expect(await must(kubectl('apply', '-f', await world.manifest(object('red'))))).toBe('configmap/applied created');
      expect(await must(kubectl('apply', '-f', await world.manifest(object('red'))))).toBe('configmap/applied unchanged');
      expect(await must(kubectl('apply', '-f', await world.manifest(object('green'))))).toBe('configmap/applied configured');
      expect(await must(here('get', 'cm', 'applied', '-o', 'jsonpath={.data.colour}'))).toBe('green');
      const typo = {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'typo', namespace },
        spec: { contaners: [], containers: [{ name: 'a', image: 'b' }] },
      };
      expect(await mustFail(kubectl('apply', '-f', await world.manifest(typo)))).toContain('unknown field "spec.contaners"');
      const list = { apiVersion: 'v1', kind: 'List', items: [object('blue')] };
      expect(await must(kubectl('apply', '-f', await world.manifest(list)))).toBe('configmap/applied configured');
      const empty = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'empty', namespace }, spec: { containers: [] } };
      expect(await mustFail(kubectl('apply', '-f', await world.manifest(empty)))).toContain('spec.containers: Required value');
      expect((await here('get', 'pods')).stdout).toBe('');
    });

    it('label and annotate', async () => {
      expect(await must(here('label', 'configmap', 'settings', 'stage=test'))).toBe('configmap/settings labeled');
      expect(await mustFail(here('label', 'configmap', 'settings', 'stage=other'))).toContain(
        "'stage' already has a value (test), and --overwrite is false",
      );
      expect(
        await must(here('annotate', 'serviceaccount', 'reader', 'azure.workload.identity/client-id=11111111-1111-1111-1111-111111111111')),
      ).toBe('serviceaccount/reader annotated');
      expect(await must(here('get', 'cm', '-l', 'stage=test', '-o', 'name'))).toBe('configmap/settings');
      expect(await must(here('get', 'cm', '-l', 'stage!=test', '-o', 'name'))).not.toContain('settings');
      expect(await must(here('label', 'configmap', 'settings', 'stage-'))).toBe('configmap/settings unlabeled');
      expect(await mustFail(here('label', 'configmap', 'settings', 'bad key=x'))).not.toBe('');
    });

    it('a pod: apply, wait, logs, describe, events, delete', async () => {
      const pod = {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'pause', namespace, labels: { app: 'pause', 'azure.workload.identity/use': 'true' } },
        spec: { serviceAccountName: 'reader', containers: [{ name: 'main', image: 'registry.k8s.io/pause:3.10' }] },
      };
      expect(await must(kubectl('apply', '-f', await world.manifest(pod)))).toBe('pod/pause created');
      expect(await must(here('wait', '--for=condition=Ready', 'pod/pause', '--timeout=30s'))).toBe('pod/pause condition met');
      expect(await must(here('get', 'pods'))).toMatch(/^NAME +READY +STATUS +RESTARTS +AGE\npause +1\/1 +Running +0 +\d+s$/);
      expect(await must(here('get', 'pods', '-o', 'wide'))).toMatch(/NODE .*\npause .* aks-/);
      const described = await must(here('describe', 'pod', 'pause'));
      for (const part of [
        'Service Account:  reader',
        'AZURE_CLIENT_ID:',
        '11111111-1111-1111-1111-111111111111',
        'AZURE_FEDERATED_TOKEN_FILE:',
        'Scheduled',
        'Events:',
      ])
        expect(described).toContain(part);
      expect(await must(here('logs', 'pause'))).toContain('is not in the image catalogue: container "main" runs as a pause');
      expect(await must(here('events'))).toContain('Scheduled');
      expect(await must(here('get', 'events', '--field-selector', 'involvedObject.name=pause'))).toContain('Scheduled');
      expect(await must(here('wait', '--for=jsonpath={.status.phase}=Running', 'pod/pause', '--timeout=10s'))).toBe(
        'pod/pause condition met',
      );
      expect(await mustFail(here('wait', '--for=condition=Nonsense', 'pod/pause', '--timeout=1s'))).toContain(
        'timed out waiting for the condition',
      );
      expect(await must(here('delete', 'pod', 'pause', '--grace-period=1'))).toMatch(/^pod "pause" deleted/);
      expect(await mustFail(here('get', 'pod', 'pause'))).toContain('pods "pause" not found');
    });

    it('describe: node, service account, namespace', async () => {
      const node = await must(kubectl('get', 'nodes', '-o', 'jsonpath={.items[0].metadata.name}'));
      const described = await must(kubectl('describe', 'node', node));
      for (const part of ['Conditions:', 'Ready', 'KubeletReady', 'Allocatable:', 'kubernetes.io/os=linux'])
        expect(described).toContain(part);
      expect(await must(here('describe', 'serviceaccount', 'reader'))).toContain(
        'azure.workload.identity/client-id: 11111111-1111-1111-1111-111111111111',
      );
      expect(await must(kubectl('describe', 'namespace', namespace))).toMatch(/Status: +Active/);
      expect(await must(here('describe', 'secret', 'keys'))).toMatch(/token: +6 bytes/);
    });

    it('watch sees what happens', async () => {
      const watching = here('get', 'configmap', 'settings', '--watch', '--request-timeout=3s', '-o', 'jsonpath={.data.colour}{"\\n"}');
      await sleep(1000);
      await must(here('patch', 'configmap', 'settings', '--type=merge', '-p', '{"data":{"colour":"yellow"}}'));
      expect((await watching).stdout).toBe('blue\nyellow\n');
    });

    it('create token: what was asked for, within limits', async () => {
      const token = await must(here('create', 'token', 'reader', '--audience=api://AzureADTokenExchange', '--duration=1h'));
      const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8')) as Record<string, unknown>;
      expect(claims).toMatchObject({ sub: `system:serviceaccount:${namespace}:reader`, aud: ['api://AzureADTokenExchange'] });
      expect(Number(claims['exp']) - Number(claims['iat'])).toBe(3600);
      expect(await mustFail(here('create', 'token', 'reader', '--duration=5m'))).toContain(
        'may not specify a duration less than 10 minutes',
      );
      expect(await mustFail(here('create', 'token', 'nobody'))).toContain('serviceaccounts "nobody" not found');
    });

    it('auth can-i and whoami', async () => {
      expect(await must(kubectl('auth', 'can-i', '*', '*'))).toBe('yes');
      const denied = await here('auth', 'can-i', 'get', 'secrets', '--as', `system:serviceaccount:${namespace}:reader`);
      expect(denied.code).toBe(1);
      expect(denied.stdout.trim()).toBe('no');
      expect(await must(kubectl('auth', 'whoami'))).toContain('system:masters');
    });

    it('explain knows the fields', async () => {
      const text = await must(kubectl('explain', 'pod.spec.serviceAccountName'));
      expect(text).toMatch(/KIND: +Pod/);
      expect(text).toMatch(/FIELD: serviceAccountName <string>/);
      expect(await mustFail(kubectl('explain', 'pod.spec.nonsense'))).toContain('field "nonsense" does not exist');
    });

    it('delete: the object, then nothing; the namespace takes all with it', async () => {
      expect(await must(here('delete', 'configmap', 'settings'))).toMatch(/^configmap "settings" deleted/);
      expect(await mustFail(here('delete', 'configmap', 'settings'))).toContain('configmaps "settings" not found');
      expect(await must(here('delete', 'configmap', 'settings', '--ignore-not-found'))).toBe('');
      expect(await must(kubectl('delete', 'namespace', namespace, '--timeout=30s'))).toMatch(/^namespace "v1-\d+" deleted/);
      expect(await mustFail(kubectl('get', 'namespace', namespace))).toContain('not found');
      expect(await mustFail(here('get', 'secret', 'keys'))).toContain('not found');
      expect(await mustFail(kubectl('delete', 'namespace', 'kube-system'))).toContain('forbidden');
    });
  });
});
