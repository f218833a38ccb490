import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clientsAvailable } from '../platform/available.ts';
import { podpass } from '../platform/platform.ts';
import { until } from '../platform/until.ts';
import { clients, createKubectlWorld, must, mustFail, type Kubectl, type KubectlWorld } from './world.ts';

const versions = (['1.35', '1.32'] as const).filter((minor) => clients.has(minor));
const images = { first: 'podpass.test/speaker:1', second: 'podpass.test/speaker:2' };

/** Deployments, replica sets and daemon sets with pods that run. */
describe.skipIf(!clientsAvailable || versions.length === 0)('kubectl: workloads', () => {
  let world: KubectlWorld;

  beforeAll(async () => {
    world = await createKubectlWorld();
    for (const [index, image] of Object.values(images).entries()) {
      const program = `console.log('speaker ${String(index + 1)}'); setInterval(() => {}, 1000);`;
      await must(podpass(['image', 'map', '--data', world.platform.data, image, '--', process.execPath, '-e', program]));
    }
  });
  afterAll(async () => {
    await world?.[Symbol.asyncDispose]();
  });

  describe.each(versions)('%s', (minor) => {
    const namespace = `w${minor.replace('.', '-')}`;
    let kubectl: Kubectl;
    const here = (...args: string[]) => kubectl('--namespace', namespace, ...args);
    const apply = async (...objects: object[]) => here('apply', '-f', await world.manifest(...objects));
    const labels = (app: string) => ({ app });
    const template = (app: string, spec: object = {}) => ({
      metadata: { labels: labels(app) },
      spec: { terminationGracePeriodSeconds: 1, containers: [{ name: 'main', image: images.first }], ...spec },
    });
    const workload = (kind: string, app: string, spec: object = {}) => ({
      apiVersion: 'apps/v1',
      kind,
      metadata: { name: app },
      spec: { selector: { matchLabels: labels(app) }, template: template(app), ...spec },
    });
    const rolledOut = (what: string) => must(here('rollout', 'status', what, '--timeout=60s'));
    const podsOf = (app: string) => must(here('get', 'pods', '-l', `app=${app}`, '-o', 'name'));
    /** What the workload's pod says, once it says this: a pod that has just begun may still be silent, an old one may still be ending. */
    const heard = (what: string, words: string) =>
      until(
        async () => (await here('logs', what)).stdout,
        (text) => text.includes(words),
        30,
      );
    const onePod = (app: string) =>
      until(
        () => podsOf(app),
        (names) => names.startsWith('pod/') && names.split('\n').length === 1,
        30,
      );
    const gone = (app: string) =>
      until(
        () => podsOf(app),
        (names) => names === '',
        30,
      );

    beforeAll(async () => {
      kubectl = world.client(minor);
      await must(kubectl('create', 'namespace', namespace));
    });

    it('what cannot be is refused in the API server’s words', async () => {
      expect(await mustFail(apply(workload('Deployment', 'bad', { selector: { matchLabels: { app: 'other' } } })))).toContain(
        '`selector` does not match template `labels`',
      );
      expect(await mustFail(apply(workload('Deployment', 'bad', { replicas: -1 })))).toContain('must be greater than or equal to 0');
      expect(await mustFail(apply(workload('DaemonSet', 'bad', { replicas: 1 })))).toContain('unknown field "spec.replicas"');
      const once = template('bad', { restartPolicy: 'Never' });
      expect(await mustFail(apply(workload('ReplicaSet', 'bad', { template: once })))).toContain(
        'spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"',
      );
      expect(await mustFail(here('scale', 'deployment/missing', '--replicas=1'))).toContain('not found');
    });

    it('a deployment: rollout, history, logs, image, undo, restart, scale', async () => {
      expect(await must(apply(workload('Deployment', 'web', { replicas: 2 })))).toBe('deployment.apps/web created');
      expect(await rolledOut('deploy/web')).toContain('deployment "web" successfully rolled out');
      expect(await must(here('get', 'deploy', 'web'))).toMatch(/^NAME +READY +UP-TO-DATE +AVAILABLE +AGE\nweb +2\/2 +2 +2 +\d+s$/);
      expect(await heard('deploy/web', 'speaker 1')).toContain('speaker 1');
      const all = await must(here('get', 'all'));
      for (const part of [/^pod\/web-\S+ +1\/1 +Running/m, /^deployment.apps\/web +2\/2/m, /^replicaset.apps\/web-\S+ +2 +2 +2/m])
        expect(all).toMatch(part);
      expect(await must(here('set', 'image', 'deploy/web', `main=${images.second}`))).toBe('deployment.apps/web image updated');
      await rolledOut('deploy/web');
      expect(await must(here('rollout', 'history', 'deploy/web'))).toMatch(/^1 +.*\n2 +/m);
      expect(await must(here('rollout', 'history', 'deploy/web', '--revision=2'))).toContain(images.second);
      expect(await heard('deploy/web', 'speaker 2')).toContain('speaker 2');
      expect(await must(here('rollout', 'undo', 'deploy/web'))).toBe('deployment.apps/web rolled back');
      await rolledOut('deploy/web');
      expect(await must(here('get', 'deploy', 'web', '-o', 'jsonpath={.spec.template.spec.containers[0].image}'))).toBe(images.first);
      expect(await must(here('rollout', 'restart', 'deploy/web'))).toBe('deployment.apps/web restarted');
      await rolledOut('deploy/web');
      expect(await must(here('scale', 'deploy/web', '--replicas=1'))).toBe('deployment.apps/web scaled');
      expect(await mustFail(here('scale', 'deploy/web', '--current-replicas=7', '--replicas=2'))).toContain('Expected replicas to be 7');
      await rolledOut('deploy/web');
      const one = await onePod('web');
      expect(one).toMatch(/^pod\/web-\S+$/);
      expect(await mustFail(here('patch', 'deploy', 'web', '-p', '{"spec":{"selector":{"matchLabels":{"app":"x"}}}}'))).toContain(
        'field is immutable',
      );
      const described = await must(here('describe', 'deploy', 'web'));
      for (const part of [/Replicas: +1 desired/, /NewReplicaSet: +web-/, /ScalingReplicaSet/]) expect(described).toMatch(part);
    });

    it('a rollout that is paused says so, waits, and goes on', async () => {
      await must(here('rollout', 'pause', 'deploy/web'));
      await must(here('set', 'image', 'deploy/web', `main=${images.second}`));
      expect(await must(here('get', 'deploy', 'web', '-o', 'jsonpath={.status.conditions[?(@.type=="Progressing")].reason}'))).toBe(
        'DeploymentPaused',
      );
      expect(await mustFail(here('rollout', 'undo', 'deploy/web'))).toContain('paused');
      await must(here('rollout', 'resume', 'deploy/web'));
      await rolledOut('deploy/web');
      expect(await heard('deploy/web', 'speaker 2')).toContain('speaker 2');
    });

    it('a deployment goes with its pods, or leaves them behind, as it is told', async () => {
      await must(apply(workload('Deployment', 'kept', { replicas: 1 })));
      await rolledOut('deploy/kept');
      const before = await onePod('kept');
      expect(await must(here('delete', 'deploy', 'kept', '--cascade=orphan'))).toContain('deleted');
      expect(await must(here('get', 'rs,pods', '-l', 'app=kept', '-o', 'name'))).toMatch(
        /^replicaset.apps\/kept-\S+\npod\/kept-\S+$|^pod\/kept-\S+\nreplicaset.apps\/kept-\S+$/,
      );
      // A deployment of the same name and template takes them over.
      await must(apply(workload('Deployment', 'kept', { replicas: 1 })));
      await rolledOut('deploy/kept');
      expect(await podsOf('kept')).toBe(before);
      expect(await must(here('delete', 'deploy', 'kept', '--cascade=foreground', '--timeout=40s'))).toContain('deleted');
      expect(await podsOf('kept')).toBe('');
      expect((await here('get', 'rs', '-l', 'app=kept')).stderr).toContain('No resources found');
      expect(await must(here('delete', 'deploy', 'web'))).toContain('deleted');
      expect(await gone('web')).toBe('');
    });

    it('a replica set keeps its number, and goes in the background', async () => {
      await must(apply(workload('ReplicaSet', 'set', { replicas: 1 })));
      await must(here('wait', '--for=jsonpath={.status.readyReplicas}=1', 'rs/set', '--timeout=40s'));
      const first = await podsOf('set');
      await must(here('delete', first, '--grace-period=1'));
      const second = await until(
        () => podsOf('set'),
        (names) => names !== '' && names !== first,
        30,
      );
      expect(second).not.toBe(first);
      expect(await must(here('get', 'rs', 'set'))).toMatch(/^NAME +DESIRED +CURRENT +READY +AGE\nset +1 +1 +/);
      expect(await must(here('delete', 'rs', 'set'))).toContain('deleted');
      expect(await gone('set')).toBe('');
    });

    it('a daemon set runs on each node, rolls out and is undone', async () => {
      await must(apply(workload('DaemonSet', 'agent')));
      expect(await rolledOut('ds/agent')).toContain('daemon set "agent" successfully rolled out');
      expect(await must(here('get', 'ds', 'agent'))).toMatch(
        /^NAME +DESIRED +CURRENT +READY +UP-TO-DATE +AVAILABLE +NODE SELECTOR +AGE\nagent +1 +1 +1 +1 +1 +/,
      );
      expect(await heard('ds/agent', 'speaker 1')).toContain('speaker 1');
      await must(here('set', 'image', 'ds/agent', `main=${images.second}`));
      await rolledOut('ds/agent');
      expect(await heard('ds/agent', 'speaker 2')).toContain('speaker 2');
      await must(here('patch', 'ds', 'agent', '-p', '{"spec":{"template":{"spec":{"nodeSelector":{"no":"where"}}}}}'));
      expect(await gone('agent')).toBe('');
      expect(await must(here('delete', 'ds', 'agent'))).toContain('deleted');
    });

    it('the template of a user gets no more than the user’s own pod would', async () => {
      const account = template('thief', { serviceAccountName: 'nobody-has-this' });
      await must(apply(workload('ReplicaSet', 'thief', { replicas: 1, template: account })));
      const events = await until(
        () => must(here('get', 'events', '--field-selector', 'involvedObject.name=thief', '-o', 'jsonpath={.items[*].message}')),
        (text) => text.includes('Error creating'),
        20,
      );
      expect(events).toContain(`error looking up service account ${namespace}/nobody-has-this: serviceaccount "nobody-has-this" not found`);
      expect(await podsOf('thief')).toBe('');
      await must(here('delete', 'rs', 'thief'));
    });

    it('a namespace takes its workloads with it', async () => {
      await must(apply(workload('Deployment', 'last', { replicas: 1 })));
      await rolledOut('deploy/last');
      expect(await must(kubectl('delete', 'namespace', namespace, '--timeout=60s'))).toContain('deleted');
    });
  });
});
