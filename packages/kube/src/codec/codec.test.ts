import type { JsonObject } from '@podpass/kernel';
import { describe, expect, it } from 'vitest';
import { gvk, podOf, pod } from './codec.fixture.ts';
import { checkTypes, pruneFields } from './index.ts';
import { messages } from './generated/schema.ts';
import { isScalar, messageNamed } from './schema.ts';

describe('the generated schema', () => {
  it('is closed: every message that a field names is there', () => {
    const named = Object.keys(messages).flatMap((name) =>
      messageNamed(name).fields.flatMap((field) => (isScalar(field.type) ? [] : [field.type])),
    );
    expect(named.filter((name) => !Object.hasOwn(messages, name))).toEqual([]);
  });
});

describe('pruneFields', () => {
  it('names unknown fields with their paths, inline members and kinds aside', () => {
    const object = podOf(
      { bar: 1, livenessProbe: { httpGet: { port: 1, nope: 1 } } },
      { foo: 1, volumes: [{ name: 'v', emptyDir: {}, volumeSource: {} }] },
    );
    expect(pruneFields(pod, { ...object, Spec: {} }).unknown).toEqual([
      'spec.containers[0].bar',
      'spec.containers[0].livenessProbe.httpGet.nope',
      'spec.foo',
      'spec.volumes[0].volumeSource',
      'Spec',
    ]);
    expect(pruneFields(pod, podOf()).unknown).toEqual([]);
    expect(pruneFields(gvk('example.com', 'Widget'), { x: 1 }).unknown).toEqual([]);
  });
});

describe('checkTypes', () => {
  it.each<[JsonObject, string]>([
    [{ spec: [] }, 'json: cannot unmarshal array into Go struct field Pod.spec of type v1.PodSpec'],
    [{ metadata: { name: 1 } }, 'json: cannot unmarshal number into Go struct field ObjectMeta.metadata.name of type string'],
    [{ spec: { containers: {} } }, 'json: cannot unmarshal object into Go struct field PodSpec.spec.containers of type []v1.Container'],
    [
      { spec: { terminationGracePeriodSeconds: 1.5 } },
      'json: cannot unmarshal number into Go struct field PodSpec.spec.terminationGracePeriodSeconds of type int64',
    ],
    [{ metadata: { labels: { a: true } } }, 'json: cannot unmarshal bool into Go struct field ObjectMeta.metadata.labels of type string'],
  ])('%j', (object, problem) => {
    expect(checkTypes(pod, object)).toBe(`Pod in version "v1" cannot be handled as a Pod: ${problem}`);
  });

  it('accepts null, int-or-string and quantities, and refuses nonsense quantities and base64', () => {
    expect(checkTypes(pod, podOf({ resources: { limits: { cpu: 1, memory: '1Gi' } } }, { nodeName: null }))).toBeUndefined();
    expect(checkTypes(pod, podOf({ resources: { limits: { cpu: 'lots' } } }))).toContain('quantities must match');
    expect(checkTypes(gvk('', 'Secret'), { data: { a: '%' } })).toContain('illegal base64');
  });
});
