import type { JsonObject } from '@podpass/kernel';
import type { FieldProblem } from '../types.ts';
import { labelName } from './names.ts';
import { duplicate, forbidden, invalid, required } from './problems.ts';
import { itemsOf, join, objectOf, textOf, type Item } from './walk.ts';

const shortestToken = 600;
const longestToken = 2 ** 32;

const pathProblems = (path: string, at: string): FieldProblem[] => {
  if (path === '') return [required(at)];
  if (path.startsWith('/')) return [invalid(at, path, 'must be a relative path')];
  if (path.split('/').includes('..')) return [invalid(at, path, "must not contain '..'")];
  return path.startsWith('..') ? [invalid(at, path, "must not start with '..'")] : [];
};

const tokenProblems = (token: JsonObject, at: string): FieldProblem[] => {
  const seconds = token['expirationSeconds'];
  return [
    ...(typeof seconds === 'number' && seconds < shortestToken
      ? [invalid(`${at}.expirationSeconds`, seconds, 'may not specify a duration less than 10 minutes')]
      : []),
    ...(typeof seconds === 'number' && seconds > longestToken
      ? [invalid(`${at}.expirationSeconds`, seconds, 'may not specify a duration larger than 2^32 seconds')]
      : []),
    ...(textOf(token, 'path') === '' ? [required(`${at}.path`)] : pathProblems(textOf(token, 'path'), `${at}.path`)),
  ];
};

const itemPaths = (source: JsonObject, at: string, needsKey: boolean): FieldProblem[] =>
  itemsOf(source, 'items', at).flatMap(({ value, path }) => [
    ...(needsKey && textOf(value, 'key') === '' ? [required(`${path}.key`)] : []),
    ...pathProblems(textOf(value, 'path'), `${path}.path`),
  ]);

const projection = ({ value, path }: Item): FieldProblem[] => {
  const sources = Object.keys(value);
  if (sources.length > 1) return [forbidden(path, 'may not specify more than 1 volume type per source')];
  const token = objectOf(value, 'serviceAccountToken');
  const named = ['secret', 'configMap'].flatMap((kind) => {
    const source = objectOf(value, kind);
    if (source === undefined) return [];
    return [...(textOf(source, 'name') === '' ? [required(`${path}.${kind}.name`)] : []), ...itemPaths(source, `${path}.${kind}`, true)];
  });
  const downward = objectOf(value, 'downwardAPI');
  return [
    ...(token === undefined ? [] : tokenProblems(token, `${path}.serviceAccountToken`)),
    ...named,
    ...(downward === undefined ? [] : itemPaths(downward, `${path}.downwardAPI`, false)),
  ];
};

const volume = ({ value, path }: Item): FieldProblem[] => {
  const name = textOf(value, 'name');
  const sources = Object.keys(value).filter((member) => member !== 'name');
  const secret = objectOf(value, 'secret');
  const config = objectOf(value, 'configMap');
  const projected = objectOf(value, 'projected');
  return [
    ...(name === '' ? [required(`${path}.name`)] : labelName(name).map((text) => invalid(`${path}.name`, name, text))),
    ...(sources.length === 0 ? [required(path, 'must specify a volume type')] : []),
    ...sources.slice(1).map((source) => forbidden(`${path}.${source}`, 'may not specify more than 1 volume type')),
    ...(secret === undefined
      ? []
      : [
          ...(textOf(secret, 'secretName') === '' ? [required(`${path}.secret.secretName`)] : []),
          ...itemPaths(secret, `${path}.secret`, true),
        ]),
    ...(config === undefined
      ? []
      : [...(textOf(config, 'name') === '' ? [required(`${path}.configMap.name`)] : []), ...itemPaths(config, `${path}.configMap`, true)]),
    ...(projected === undefined ? [] : itemsOf(projected, 'sources', `${path}.projected`).flatMap(projection)),
  ];
};

export const volumeProblems = (spec: JsonObject, path: string): FieldProblem[] => {
  const seen = new Set<string>();
  return itemsOf(spec, 'volumes', path).flatMap((item) => {
    const name = textOf(item.value, 'name');
    const twice = seen.has(name);
    seen.add(name);
    return [...(twice ? [duplicate(join(item.path, 'name'), name)] : []), ...volume(item)];
  });
};
