import { isObject } from '@podpass/kernel';
import type { JsonBody } from '../../body.ts';
import { GraphError } from '../../errors.ts';
import { mostBatched } from '../../wire.ts';

export interface BatchedRequest {
  readonly id: string;
  readonly method: string;
  /** Below the version, with its query: `/users?$top=1`. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
  readonly dependsOn: readonly string[];
}

const refuse = (reason: string) => new GraphError('badBatch', { reason });
const methods: ReadonlySet<string> = new Set(['GET', 'POST', 'PATCH', 'PUT', 'DELETE']);

/**
 * Reads the requests of a batch, in an order in which each comes after those that it depends on. Throws the 400 for more than twenty, ids that are missing or
 * repeated, methods and URLs that are none, and dependencies that are unknown or go in a circle. https://learn.microsoft.com/graph/json-batching
 */
export const parseBatch = ({ requests }: JsonBody): readonly BatchedRequest[] => {
  if (!Array.isArray(requests) || requests.length === 0) throw refuse("a non-empty array 'requests' is expected.");
  if (requests.length > mostBatched) throw refuse(`at most ${mostBatched} requests are allowed.`);
  const parsed = requests.map(parseRequest);
  const ids = new Set(parsed.map(({ id }) => id));
  if (ids.size < parsed.length) throw refuse('an id is repeated.');
  for (const { id, dependsOn } of parsed) {
    if (!dependsOn.every((other) => ids.has(other))) throw refuse(`'dependsOn' of '${id}' names an unknown request.`);
  }
  return inOrder(parsed);
};

const inOrder = (requests: readonly BatchedRequest[]): readonly BatchedRequest[] => {
  const ordered = new Map<string, BatchedRequest>();
  while (ordered.size < requests.length) {
    const next = requests.find(({ id, dependsOn }) => !ordered.has(id) && dependsOn.every((other) => ordered.has(other)));
    if (!next) throw refuse("'dependsOn' goes in a circle.");
    ordered.set(next.id, next);
  }
  return [...ordered.values()];
};

const parseRequest = (value: unknown): BatchedRequest => {
  if (!isObject(value)) throw refuse('every request must be an object.');
  const { id, method, url, headers = {}, body, dependsOn = [] } = value;
  if (typeof id !== 'string' || id === '' || id.length > 100) throw refuse("every request needs a text 'id'.");
  if (typeof method !== 'string' || !methods.has(method.toUpperCase())) throw refuse(`the method of '${id}' is not allowed.`);
  if (typeof url !== 'string' || url.length > 8000) throw refuse(`the url of '${id}' is not a text.`);
  if (!isTexts(Object.values(isObject(headers) ? headers : { headers }))) throw refuse(`the headers of '${id}' are not texts.`);
  if (!Array.isArray(dependsOn) || !isTexts(dependsOn)) throw refuse(`'dependsOn' of '${id}' is not a list of ids.`);
  return { id, method: method.toUpperCase(), url: relative(url, id), headers: headers as Record<string, string>, body, dependsOn };
};

const isTexts = (values: readonly unknown[]): values is readonly string[] => values.every((value) => typeof value === 'string');

const relative = (url: string, id: string): string => {
  const path = url.startsWith('/') ? url : `/${url}`;
  if (/^\/[a-z]+:/i.test(path) || path.startsWith('//')) throw refuse(`the url of '${id}' must be relative.`);
  return path;
};
