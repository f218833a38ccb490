import type { JsonObject } from '@podpass/kernel';
import type { FieldProblem } from '../types.ts';
import { qualifiedName, labelValue } from './names.ts';
import { invalid, required, tooLong } from './problems.ts';
import { itemsOf, join, objectOf, textOf } from './walk.ts';

/** All annotations of an object together, names and values. */
const annotationBytes = 256 * 1024;

export const labelProblems = (labels: JsonObject, path: string): FieldProblem[] =>
  Object.entries(labels).flatMap(([name, value]) => [
    ...qualifiedName(name).map((text) => invalid(path, name, text)),
    ...labelValue(typeof value === 'string' ? value : '').map((text) => invalid(path, value, text)),
  ]);

const annotationProblems = (annotations: JsonObject, path: string): FieldProblem[] => {
  const size = Object.entries(annotations).reduce(
    (sum, [name, value]) => sum + Buffer.byteLength(name) + (typeof value === 'string' ? Buffer.byteLength(value) : 0),
    0,
  );
  return [
    // Annotation names are checked in lower case: their case is free.
    ...Object.keys(annotations).flatMap((name) => qualifiedName(name.toLowerCase()).map((text) => invalid(path, name, text))),
    ...(size > annotationBytes ? [tooLong(path, annotationBytes)] : []),
  ];
};

const ownerProblems = (metadata: JsonObject, path: string): FieldProblem[] => {
  const owners = itemsOf(metadata, 'ownerReferences', path);
  const [first, second] = owners.filter(({ value }) => value['controller'] === true).map(({ value }) => textOf(value, 'name'));
  const several = `Only one reference can have Controller set to true. Found "true" in references for ${String(first)} and ${String(second)}`;
  return [
    ...owners.flatMap(({ value, path: at }) =>
      ['apiVersion', 'kind', 'name', 'uid']
        .filter((name) => textOf(value, name) === '')
        .map((name) => invalid(`${at}.${name}`, '', `${name} must not be empty`)),
    ),
    // Whoever controls an object answers for how many there are of it: two would fight.
    ...(second === undefined ? [] : [invalid(join(path, 'ownerReferences'), metadata['ownerReferences'], several)]),
  ];
};

/** Labels, annotations and owners: for objects and for templates alike. */
export const metaProblems = (metadata: JsonObject, path: string): FieldProblem[] => [
  ...labelProblems(objectOf(metadata, 'labels') ?? {}, join(path, 'labels')),
  ...annotationProblems(objectOf(metadata, 'annotations') ?? {}, join(path, 'annotations')),
  ...ownerProblems(metadata, path),
  ...(Array.isArray(metadata['finalizers']) ? metadata['finalizers'] : []).flatMap((name: unknown) =>
    (typeof name === 'string' ? qualifiedName(name) : []).map((text) => invalid(join(path, 'finalizers'), name, text)),
  ),
];

/** The object's own name by its kind's rule, then everything else of its metadata. */
export const objectMetaProblems = (object: JsonObject, nameRule: (name: string) => readonly string[]): FieldProblem[] => {
  const metadata = objectOf(object, 'metadata') ?? {};
  const name = textOf(metadata, 'name');
  const generated = textOf(metadata, 'generateName');
  // A base may end in a dash: what is generated is appended.
  const base =
    generated === '' ? [] : nameRule(generated.replace(/-$/u, 'a')).map((text) => invalid('metadata.generateName', generated, text));
  const own =
    name === ''
      ? generated === ''
        ? [required('metadata.name', 'name or generateName is required')]
        : []
      : nameRule(name).map((text) => invalid('metadata.name', name, text));
  return [...base, ...own, ...metaProblems(metadata, 'metadata')];
};
