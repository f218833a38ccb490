import fc from 'fast-check';
import { immutableJSONPatch, parseJSONPointer, type JSONPatchDocument } from 'immutable-json-patch';
import { describe, expect, it } from 'vitest';
import { pointer } from './json-patch.ts';
import { mutatePod } from './mutate-pod.ts';
import { config, serviceAccount, tenantId } from './testing/builders.ts';

type Members = Record<string, unknown>;
const list = (value: unknown): Members[] => (Array.isArray(value) ? (value as Members[]) : []);

/** The expected result, written as plainly as possible: on a copy, step by step, without patches. */
const expectedPod = (pod: Members): Members => {
  const copy = structuredClone(pod) as Members & { metadata: Members; spec: Members };
  const volumeName = 'azure-workload-identity-reserved-2a97516c354b68848cdbd8f54a226a';
  const annotations = copy.metadata['annotations'] as Record<string, string> | undefined;
  const skipped = (annotations?.['azure.workload.identity/skip-containers'] ?? '').split(';');
  const put = (holder: Members, member: string, value: Members) => {
    const items = [...list(holder[member])];
    const index = items.findIndex((item) => item['name'] === value['name']);
    if (index === -1) items.push(value);
    else items[index] = value;
    holder[member] = items;
  };
  for (const container of [...list(copy.spec['initContainers']), ...list(copy.spec['containers'])]) {
    if (skipped.includes(String(container['name']))) continue;
    const variables = [
      ['AZURE_CLIENT_ID', 'client-1'],
      ['AZURE_TENANT_ID', tenantId],
      ['AZURE_FEDERATED_TOKEN_FILE', '/var/run/secrets/azure/wi/token/azure-identity-token'],
      ['AZURE_AUTHORITY_HOST', 'https://login.microsoftonline.com/'],
    ];
    for (const [name, value] of variables) {
      if (!list(container['env']).some((entry) => entry['name'] === name)) container['env'] = [...list(container['env']), { name, value }];
    }
    put(container, 'volumeMounts', { name: volumeName, mountPath: '/var/run/secrets/azure/wi', readOnly: true });
  }
  const serviceAccountToken = { audience: 'api://AzureADTokenExchange', expirationSeconds: 3600, path: 'token/azure-identity-token' };
  put(copy.spec, 'volumes', { name: volumeName, projected: { sources: [{ serviceAccountToken }] } });
  return copy;
};

const named = (...names: string[]) =>
  fc.array(fc.record({ name: fc.constantFrom(...names), value: fc.string() }, { requiredKeys: ['name'] }), { maxLength: 4 });
const unique = <T extends { name: string }>(items: T[]): T[] =>
  items.filter((item, i) => items.findIndex((other) => other.name === item.name) === i);
const volumeNames = ['azure-workload-identity-reserved-2a97516c354b68848cdbd8f54a226a', 'azure-identity-token', 'a/b~c'];
const container = fc.record(
  {
    name: fc.constantFrom('app', 'side', 'busybox-1'),
    env: named('AZURE_CLIENT_ID', 'AZURE_TENANT_ID', 'AZURE_AUTHORITY_HOST', 'X~/'),
    volumeMounts: named(...volumeNames).map(unique),
    unknown: fc.jsonValue(),
  },
  { requiredKeys: ['name'] },
);
const anyPod = fc.record({
  apiVersion: fc.constant('v1'),
  kind: fc.constant('Pod'),
  metadata: fc.record(
    {
      name: fc.constant('demo'),
      namespace: fc.constant('ns'),
      annotations: fc.constantFrom({}, { 'azure.workload.identity/skip-containers': 'side;busybox-1' }),
      unknown: fc.jsonValue(),
    },
    { requiredKeys: ['name', 'namespace'] },
  ),
  spec: fc.record(
    {
      containers: fc.array(container, { maxLength: 3 }),
      initContainers: fc.array(container, { maxLength: 3 }),
      volumes: named(...volumeNames).map(unique),
      unknown: fc.jsonValue(),
    },
    { requiredKeys: [] },
  ),
  unknown: fc.jsonValue(),
});
const patchOf = (pod: unknown) => {
  const outcome = mutatePod({ pod, serviceAccount: serviceAccount(), namespace: 'ns', config: config() });
  if ('denied' in outcome) throw new Error(outcome.denied.message);
  return outcome.patch;
};
const apply = (pod: unknown): unknown => immutableJSONPatch(pod, patchOf(pod) as JSONPatchDocument);

describe('the patch of any pod', () => {
  it('makes what a plain mutation makes, and never removes', () => {
    fc.assert(
      fc.property(anyPod, (raw) => {
        const pod: unknown = JSON.parse(JSON.stringify(raw));
        expect(apply(pod)).toEqual(expectedPod(pod as Members));
        expect(patchOf(pod).every(({ op }) => op === 'add' || op === 'replace')).toBe(true);
      }),
    );
  });

  it('is empty the second time', () => {
    fc.assert(
      fc.property(anyPod, (raw) => {
        expect(patchOf(apply(JSON.parse(JSON.stringify(raw))))).toEqual([]);
      }),
    );
  });

  it('points with escaped pointers', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ minLength: 1 }), { minLength: 1 }), (parts) => {
        expect(parseJSONPointer(pointer(...parts))).toEqual(parts);
      }),
    );
  });

  it('never throws, whatever the object is', () => {
    fc.assert(
      fc.property(
        fc.record({ apiVersion: fc.constant('v1'), kind: fc.constant('Pod'), metadata: fc.jsonValue(), spec: fc.object() }),
        (pod) => {
          expect(mutatePod({ pod, serviceAccount: serviceAccount(), namespace: 'ns', config: config() })).toBeTypeOf('object');
        },
      ),
    );
  });
});
