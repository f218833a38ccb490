import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clientsAvailable } from '../platform/available.ts';
import { namespacesPossible } from './namespaces.ts';
import { createPodIdentityWorld, roles, type Identity, type PodIdentityWorld, type TestCluster } from './world.ts';

const demoPod = (name: string, label: string, args: readonly string[]): object => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'my-app', labels: { aadpodidbinding: label } },
  spec: { containers: [{ name: 'demo', image: 'mcr.microsoft.com/oss/azure/aad-pod-identity/demo:v1.6.3', args }] },
});

const runtimes = namespacesPossible ? (['namespace', 'process'] as const) : (['process'] as const);

/** Both runtimes give the same results. */
describe.skipIf(!clientsAvailable).each(runtimes)('the documented sample in the %s runtime', (runtime) => {
  let world: PodIdentityWorld;
  let cluster: TestCluster;
  let identity: Identity;

  beforeAll(async () => {
    world = await createPodIdentityWorld(`demo-${runtime}`, ['--runtime', runtime]);
    cluster = await world.createCluster('demo');
    identity = await world.createIdentity('application-identity');
    await world.assign(
      roles.virtualMachineContributor,
      identity.principalId,
      `/subscriptions/${world.subscriptionId}/resourceGroups/${cluster.nodeGroup}`,
    );
    await world.bind(cluster, identity, { name: 'my-pod-identity', namespace: 'my-app' });
  });
  afterAll(() => world?.[Symbol.asyncDispose]());

  const args = () => [
    `--subscriptionid=${world.subscriptionId}`,
    `--clientid=${identity.clientId}`,
    `--resourcegroup=${cluster.nodeGroup}`,
  ];

  it('gets nothing without the label', async () => {
    await cluster.apply(demoPod('unbound', 'other', args()));
    const log = await cluster.logOf('unbound', /fail|no azure identity/i, { namespace: 'my-app' });
    expect(log).not.toContain('successfully acquired');
  });

  it('prints the documented lines', async () => {
    await cluster.apply(demoPod('demo', 'my-pod-identity', args()));
    const log = await cluster.logOf('demo', /successfully made GET on instance metadata/, { namespace: 'my-app' });
    expect(log).toContain('successfully doARMOperations vm count 0');
    expect(log).toMatch(/successfully acquired a token using the MSI, msiEndpoint\(http:\/\/[\d.:]+\/metadata\/identity\/oauth2\/token\)/);
    expect(log).toContain(`clientID(${identity.clientId})`);
  });

  it('shows what NMI did, in its own words and without ids', async () => {
    const log = await cluster.logOf('daemonset/nmi', /REDACTED/, { namespace: 'kube-system' });
    expect(log).toMatch(/matched identityType:0 clientid:.{4}##### REDACTED #####/);
    expect(log).not.toContain(identity.clientId);
  });
});
