import { describe, expect, it } from 'vitest';
import { createNodeClient } from '../api/client.ts';
import { registerNode, renewLease } from './register.ts';
import { start, usePods } from '../testing/harness.ts';

const { harness } = usePods();

describe('the node', () => {
  it('is registered, taken up again, and keeps a lease', async () => {
    const client = createNodeClient({ origin: 'https://api.test', wire: harness.api.wire, credential: { cert: '', key: '' } });
    const options = { api: client, clock: harness.clock, node: { name: 'node-0', pool: 'nodepool1', version: '1.35.2' }, port: 10250 };
    await registerNode(options);
    harness.clock.freeze(start + 60_000);
    await registerNode(options);
    const node = harness.api.object('/api/v1/nodes/node-0');
    expect(node).toMatchObject({
      metadata: { labels: { 'kubernetes.io/os': 'linux', agentpool: 'nodepool1' } },
      status: { daemonEndpoints: { kubeletEndpoint: { Port: 10250 } }, nodeInfo: { kubeletVersion: 'v1.35.2' } },
    });
    const ready = (node!['status'] as { conditions: { type: string }[] }).conditions.find(({ type }) => type === 'Ready');
    expect(ready).toMatchObject({ status: 'True', lastTransitionTime: '2026-01-01T00:00:00Z', lastHeartbeatTime: '2026-01-01T00:01:00Z' });
    await renewLease(options);
    await renewLease(options);
    expect(harness.api.object('/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/node-0')).toMatchObject({
      spec: { renewTime: '2026-01-01T00:01:00.000000Z' },
    });
  });
});
