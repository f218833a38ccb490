import { KubeError } from '@podpass/kube-client';
import { silentTelemetry } from '@podpass/telemetry';
import { expect, it, vi } from 'vitest';
import { forgetNode } from './forget-node.ts';

const forget = async (refuse: (path: string) => Error | undefined) => {
  const asked: string[] = [];
  const { log } = silentTelemetry();
  const warn = vi.spyOn(log, 'warn');
  const client = async () => ({
    async delete(path: string) {
      asked.push(path);
      const refusal = refuse(path);
      if (refusal !== undefined) throw refusal;
    },
  });
  await forgetNode('node-1', { client, log });
  return { asked, warnings: warn.mock.calls.length };
};
const both = ['/api/v1/nodes/node-1', '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/node-1'];

it('says what it could not take away, and goes on', async () => {
  expect(await forget(() => new KubeError(403, 'Forbidden', 'no'))).toEqual({ asked: both, warnings: 2 });
});

it('takes the node and its lease out of the cluster; what is gone already is no matter', async () => {
  expect(await forget(() => undefined)).toEqual({ asked: both, warnings: 0 });
  expect(await forget(() => new KubeError(404, 'NotFound', 'none'))).toEqual({ asked: both, warnings: 0 });
});
