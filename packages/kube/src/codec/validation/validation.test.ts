import type { JsonObject } from '@podpass/kernel';
import { describe, expect, it } from 'vitest';
import { gvk, podOf, pod } from '../codec.fixture.ts';
import { applyDefaults, validateObject } from '../index.ts';

const problems = (kind: ReturnType<typeof gvk>, object: JsonObject) =>
  validateObject(kind, object).map(({ field, message }) => `${field}: ${message}`);

describe('validateObject', () => {
  it.each<[string, JsonObject, string]>([
    ['no name', { ...podOf(), metadata: {} }, 'metadata.name: Required value: name or generateName is required'],
    ['no containers', { ...podOf(), spec: {} }, 'spec.containers: Required value'],
    ['no container name', podOf({ name: '' }), 'spec.containers[0].name: Required value'],
    ['no image', podOf({ image: '' }), 'spec.containers[0].image: Required value'],
    [
      'a restart policy of its own',
      podOf({}, { restartPolicy: 'Sometimes' }),
      'spec.restartPolicy: Unsupported value: "Sometimes": supported values: "Always", "OnFailure", "Never"',
    ],
    [
      'a mount without volume',
      podOf({ volumeMounts: [{ name: 'v', mountPath: '/v' }] }),
      'spec.containers[0].volumeMounts[0].name: Not found: "v"',
    ],
    [
      'two containers of one name',
      podOf({}, { initContainers: [{ name: 'c', image: 'i' }] }),
      'spec.containers[0].name: Duplicate value: "c"',
    ],
    [
      'a token of too short a life',
      podOf({}, { volumes: [{ name: 'v', projected: { sources: [{ serviceAccountToken: { path: 't', expirationSeconds: 599 } }] } }] }),
      'spec.volumes[0].projected.sources[0].serviceAccountToken.expirationSeconds: Invalid value: 599: may not specify a duration less than 10 minutes',
    ],
    [
      'a path that climbs',
      podOf({}, { volumes: [{ name: 'v', configMap: { name: 'm', items: [{ key: 'k', path: '../x' }] } }] }),
      'spec.volumes[0].configMap.items[0].path: Invalid value: "../x": must not contain \'..\'',
    ],
  ])('refuses a pod with %s', (_, object, problem) => {
    expect(problems(pod, object)).toContain(problem);
  });

  it.each<[ReturnType<typeof gvk>, JsonObject, string]>([
    [
      gvk('', 'ServiceAccount'),
      { metadata: { name: 'Not_Good' } },
      'metadata.name: Invalid value: "Not_Good": a lowercase RFC 1123 subdomain must consist of',
    ],
    [
      gvk('', 'Namespace'),
      { metadata: { name: 'a.b' } },
      'metadata.name: Invalid value: "a.b": a lowercase RFC 1123 label must consist of',
    ],
    [
      gvk('', 'ConfigMap'),
      { metadata: { name: 'm', labels: { 'a b': 'c' } } },
      'metadata.labels: Invalid value: "a b": name part must consist of',
    ],
    [gvk('', 'ConfigMap'), { metadata: { name: 'm', labels: { a: '-' } } }, 'metadata.labels: Invalid value: "-": a valid label must be'],
    [
      gvk('', 'ConfigMap'),
      { metadata: { name: 'm' }, data: { 'a/b': 'c' } },
      'data[a/b]: Invalid value: "a/b": a valid config key must consist of',
    ],
    [gvk('', 'Secret'), { metadata: { name: 'm' }, data: { '..': '' } }, 'data[..]: Invalid value: "..": must not be \'..\''],
    [gvk('rbac.authorization.k8s.io', 'Role'), { metadata: { name: 'r' }, rules: [{ verbs: [] }] }, 'rules[0].verbs: Required value'],
    [
      gvk('authentication.k8s.io', 'TokenRequest'),
      { spec: { expirationSeconds: 60 } },
      'spec.expirationSeconds: Invalid value: 60: may not specify a duration less than 10 minutes',
    ],
    [
      gvk('', 'ConfigMap'),
      {
        metadata: {
          name: 'm',
          ownerReferences: ['a', 'b'].map((name) => ({ apiVersion: 'v1', kind: 'K', name, uid: name, controller: true })),
        },
      },
      'Only one reference can have Controller set to true. Found "true" in references for a and b',
    ],
    [gvk('', 'ConfigMap'), { metadata: { name: 'm' }, data: 1 }, ': ConfigMap in version "v1" cannot be handled as a ConfigMap'],
  ])('refuses %j %j', (kind, object, problem) => {
    expect(problems(kind, object).join('\n')).toContain(problem);
  });

  it('accepts good objects, and names with a generated end', () => {
    expect(
      problems(
        pod,
        applyDefaults(pod, { ...podOf(), metadata: { generateName: 'web-', labels: { 'azure.workload.identity/use': 'true' } } }),
      ),
    ).toEqual([]);
    expect(problems(gvk('rbac.authorization.k8s.io', 'ClusterRole'), { metadata: { name: 'system:node' }, rules: [] })).toEqual([]);
  });
});
