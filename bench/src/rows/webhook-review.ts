import { Agent, request } from 'node:https';
import { newGuid } from '@podpass/kernel';
import type { Kubernetes } from '../kubernetes.ts';
import { quantile, type Row } from '../row.ts';

const review = (): string =>
  JSON.stringify({
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    request: {
      uid: newGuid(),
      kind: { group: '', version: 'v1', kind: 'Pod' },
      resource: { group: '', version: 'v1', resource: 'pods' },
      name: 'web',
      namespace: 'default',
      operation: 'CREATE',
      object: {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'web', namespace: 'default', labels: { 'azure.workload.identity/use': 'true' } },
        spec: {
          serviceAccountName: 'default',
          containers: Array.from({ length: 3 }, (_, index) => ({
            name: `c${index}`,
            image: 'nginx',
            env: Array.from({ length: 10 }, (_unused, n) => ({ name: `V${n}`, value: `${n}` })),
          })),
        },
      },
    },
  });

/** Reviews of a pod with three containers, one after the other over one kept-alive connection, as the API server sends them. */
export const webhookReview = async ({ webhook }: Kubernetes, count = 3000): Promise<Row[]> => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1, ca: webhook.ca });
  const once = (): Promise<number> =>
    new Promise((resolve, reject) => {
      const body = review();
      const started = performance.now();
      const call = request(
        {
          agent,
          host: webhook.address,
          port: webhook.port,
          servername: webhook.serverName,
          path: webhook.path,
          method: 'POST',
          headers: { host: webhook.serverName, 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
        },
        (answer) => {
          const chunks: Buffer[] = [];
          answer.on('data', (chunk: Buffer) => chunks.push(chunk));
          answer.on('end', () => {
            const taken = performance.now() - started;
            const { response } = JSON.parse(Buffer.concat(chunks).toString()) as { response: { allowed: boolean; patch?: string } };
            if (response.allowed && response.patch !== undefined) resolve(taken);
            else reject(new Error(`the review was not answered with a patch: ${answer.statusCode}`));
          });
        },
      );
      call.once('error', reject);
      call.end(body);
    });
  for (let warm = 0; warm < 300; warm += 1) await once();
  const taken: number[] = [];
  for (let round = 0; round < count; round += 1) taken.push(await once());
  agent.destroy();
  const [p50, p99] = [quantile(taken, 0.5), quantile(taken, 0.99)];
  return [
    { figure: 'webhook review, p50', measured: `${p50.toFixed(2)} ms`, bar: '≤ 1 ms', reached: p50 <= 1 },
    { figure: 'webhook review, p99', measured: `${p99.toFixed(2)} ms`, bar: '≤ 5 ms', reached: p99 <= 5 },
  ];
};
