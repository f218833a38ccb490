import { createHash } from 'node:crypto';
import { isObject } from '@podpass/kernel';
import { clone, fields, namespaceOf, nameOf, specOf, textMap, strings } from '../../object/read.ts';
import type { Fields, KubeObject, OwnerReference } from '../../object/types.ts';

export const podTemplateHashLabel = 'pod-template-hash';
export const revisionHashLabel = 'controller-revision-hash';
export const templateGenerationLabel = 'pod-template-generation';

const alphabet = 'bcdfghjklmnpqrstvwxz2456789';

const canonical = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(canonical);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .toSorted()
      .map((key) => [key, canonical(value[key])]),
  );
};

/**
 * A short text that stands for a template, in the letters of Kubernetes' own hashes. Equal templates have equal hashes, whatever the
 * order of their members; `collisions` gives another one when a name is taken.
 */
export const templateHash = (template: unknown, collisions = 0): string => {
  const digest = createHash('sha256')
    .update(JSON.stringify([canonical(template), collisions]))
    .digest();
  return String(digest.readUInt32BE(0)).replaceAll(/\d/g, (digit) => alphabet.charAt(digit.charCodeAt(0) % alphabet.length));
};

/** A pod from a workload's template, yet to be named. */
export const podFromTemplate = (
  owner: KubeObject,
  reference: OwnerReference,
  labels: Readonly<Record<string, string>> = {},
): KubeObject => {
  const template = clone(fields(specOf(owner)['template']));
  const metadata = fields(template['metadata']);
  const annotations = textMap(metadata['annotations']);
  const finalizers = strings(metadata['finalizers']);
  const spec: Fields = fields(template['spec']);
  return {
    kind: 'Pod',
    apiVersion: 'v1',
    metadata: {
      generateName: `${nameOf(owner)}-`,
      namespace: namespaceOf(owner),
      labels: { ...textMap(metadata['labels']), ...labels },
      ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
      ...(finalizers.length === 0 ? {} : { finalizers: [...finalizers] }),
      ownerReferences: [reference],
    },
    spec,
  };
};
