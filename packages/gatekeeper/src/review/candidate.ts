import { isObject, type JsonObject } from '@podpass/kernel';
import type { Candidate } from '../constraint/match.ts';

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

const labelsOf = (object: JsonObject | undefined): Readonly<Record<string, string>> => {
  const metadata = object?.['metadata'];
  const labels = isObject(metadata) ? metadata['labels'] : undefined;
  if (!isObject(labels)) return {};
  return Object.fromEntries(Object.entries(labels).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
};

interface Facts {
  readonly group: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly objects: readonly (JsonObject | undefined)[];
  /** The namespace that the object is in. */
  readonly home: JsonObject | undefined;
}

/** What constraints select by, from an object and the one that it replaces. */
export const candidateOf = ({ group, kind, namespace, name, objects, home }: Facts): Candidate => {
  const present = objects.filter((object) => object !== undefined);
  const metadata = present.map((object) => (isObject(object['metadata']) ? object['metadata'] : {}));
  const named = (field: string) => metadata.map((each) => text(each[field])).find((each) => each !== '') ?? '';
  return {
    group,
    kind,
    namespace: group === '' && kind === 'Namespace' ? '' : namespace,
    name: name === '' ? named('name') : name,
    generateName: named('generateName'),
    labels: present.map(labelsOf),
    namespaceLabels: home === undefined ? undefined : labelsOf(home),
  };
};
