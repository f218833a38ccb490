import type { JsonObject } from '@podpass/kernel';

export const pod = { group: '', version: 'v1', kind: 'Pod' };
export const gvk = (group: string, kind: string) => ({ group, version: 'v1', kind });
export const podOf = (container: JsonObject = {}, spec: JsonObject = {}): JsonObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'p' },
  spec: { containers: [{ name: 'c', image: 'i', ...container }], ...spec },
});
