import { resolveConfig, type WebhookOptions } from '../config.ts';

type Members = Record<string, unknown>;
export interface PodShape extends Members {
  apiVersion: string;
  kind: string;
  metadata: Members;
  spec: Members & { containers?: Members[]; initContainers?: Members[]; volumes?: Members[] };
}
type Change = (pod: PodShape) => void;

export const tenantId = 'tenant-1';
export const config = (options: Partial<WebhookOptions> = {}) => resolveConfig({ tenantId, ...options });

/** A pod with one container, changed step by step: `pod('web', withAnnotation(…))`. */
export const pod = (name: string, ...changes: Change[]): PodShape => {
  const made: PodShape = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'ns' },
    spec: { containers: [{ name: 'app', image: 'busybox' }] },
  };
  for (const change of changes) change(made);
  return made;
};
export const withAnnotation =
  (key: string, value: string): Change =>
  (made) => {
    made.metadata['annotations'] = { ...Object(made.metadata['annotations']), [`azure.workload.identity/${key}`]: value };
  };
export const withSpec =
  (spec: Members): Change =>
  (made) => {
    Object.assign(made.spec, spec);
  };
export const withMetadata =
  (metadata: Members): Change =>
  (made) => {
    Object.assign(made.metadata, metadata);
  };
export const serviceAccount = (annotations: Record<string, string> = { 'client-id': 'client-1' }): object => ({
  apiVersion: 'v1',
  kind: 'ServiceAccount',
  metadata: {
    name: 'default',
    namespace: 'ns',
    annotations: Object.fromEntries(Object.entries(annotations).map(([key, value]) => [`azure.workload.identity/${key}`, value])),
  },
});
