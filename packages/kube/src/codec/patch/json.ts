import { isObject, type Json, type JsonObject } from '@podpass/kernel';
import { isDeepStrictEqual } from 'node:util';
import { CodecError } from '../errors.ts';
import { refuseDeep } from './limits.ts';
import { listIndex, parsePointer } from './pointer.ts';

/** The API server's own limits: operations in a patch, and bytes that its copies may add up to. */
const mostOperations = 10_000;
const mostCopiedBytes = 3 * 1024 * 1024;

type Mutable = Record<string, unknown> | unknown[];

interface Operation {
  readonly op: 'add' | 'remove' | 'replace' | 'move' | 'copy' | 'test';
  readonly path: string;
  readonly from: string;
  readonly value: unknown;
}

const failed = (op: string, path: string, why: string) =>
  new CodecError('patch-failed', `${op} operation does not apply: doc is missing path: "${path}": ${why}`);

const parseOperation = (value: unknown): Operation => {
  if (!isObject(value)) throw new CodecError('patch-malformed', 'a JSON patch must be a list of objects');
  const { op, path, from } = value;
  if (op !== 'add' && op !== 'remove' && op !== 'replace' && op !== 'move' && op !== 'copy' && op !== 'test') {
    throw new CodecError('patch-malformed', 'unexpected kind of operation in a JSON patch');
  }
  if (typeof path !== 'string') throw new CodecError('patch-malformed', `a ${op} operation has no path`);
  const needsFrom = op === 'move' || op === 'copy';
  if (needsFrom && typeof from !== 'string') throw new CodecError('patch-malformed', `a ${op} operation has no from`);
  const needsValue = op === 'add' || op === 'replace';
  if (needsValue && !Object.hasOwn(value, 'value')) throw new CodecError('patch-malformed', `a ${op} operation has no value`);
  return { op, path, from: needsFrom ? String(from) : '', value: value['value'] };
};

const isContainer = (value: unknown): value is Mutable => typeof value === 'object' && value !== null;

/** The member, or undefined when there is none: JSON itself has no undefined. */
const member = (container: Mutable, part: string): unknown => {
  if (!Array.isArray(container)) return Object.hasOwn(container, part) ? container[part] : undefined;
  const index = listIndex(part, container.length);
  return index === undefined ? undefined : container[index];
};

/** A document under change; the root is held in a list so that it can be replaced like any member. */
const createDocument = (root: unknown) => {
  const holder: unknown[] = [root];
  const locate = (op: string, path: string): [Mutable, string] => {
    const parts = ['0', ...parsePointer(path)];
    const last = parts.pop() ?? '0';
    let container: Mutable = holder;
    for (const part of parts) {
      const next = member(container, part);
      if (!isContainer(next)) throw failed(op, path, 'missing value');
      container = next;
    }
    return [container, last];
  };
  const get = (op: string, path: string): unknown => {
    const [container, part] = locate(op, path);
    const value = member(container, part);
    if (value === undefined) throw failed(op, path, 'missing value');
    return value;
  };
  const put = (op: 'add' | 'replace', path: string, value: unknown): void => {
    const [container, part] = locate(op, path);
    if (op === 'replace' && member(container, part) === undefined) throw failed(op, path, 'missing value');
    if (container === holder) holder[0] = value;
    else if (!Array.isArray(container)) {
      // Defines an own member even for a name like __proto__.
      Object.defineProperty(container, part, { value, configurable: true, enumerable: true, writable: true });
    } else {
      const index = listIndex(part, container.length);
      if (index === undefined || index > container.length)
        throw new CodecError('patch-failed', `${op} operation does not apply: invalid index "${part}"`);
      container.splice(index, op === 'replace' ? 1 : 0, value);
    }
  };
  const remove = (op: string, path: string): void => {
    get(op, path);
    const [container, part] = locate(op, path);
    if (container === holder) throw new CodecError('patch-failed', 'remove operation does not apply: the whole document cannot be removed');
    if (Array.isArray(container)) container.splice(Number(part), 1);
    else delete container[part];
  };
  return { get, put, remove, root: () => holder[0] };
};

/**
 * JSON Patch (RFC 6902), all or nothing. Never changes its arguments. Throws CodecError `patch-malformed` for a patch
 * that is none, `patch-failed` when an operation does not apply, `too-large` beyond 10 000 operations or 3 MiB of copies.
 */
export const applyJsonPatch = (object: JsonObject, patch: Json): JsonObject => {
  if (!Array.isArray(patch)) throw new CodecError('patch-malformed', 'a JSON patch must be a list of operations');
  if (patch.length > mostOperations) {
    throw new CodecError(
      'too-large',
      `The allowed maximum operations in a JSON patch is ${String(mostOperations)}, got ${String(patch.length)}`,
    );
  }
  refuseDeep(patch as Json);
  const document = createDocument(structuredClone(object));
  let copied = 0;
  const copyOf = (value: unknown): unknown => {
    copied += JSON.stringify(value).length;
    if (copied > mostCopiedBytes) throw new CodecError('too-large', 'the copies of a JSON patch are too large');
    return structuredClone(value);
  };
  for (const { op, path, from, value } of patch.map(parseOperation)) {
    if (op === 'add' || op === 'replace') document.put(op, path, structuredClone(value));
    else if (op === 'remove') document.remove(op, path);
    else if (op === 'copy') document.put('add', path, copyOf(document.get(op, from)));
    else if (op === 'test') {
      if (!isDeepStrictEqual(document.get(op, path), value)) throw new CodecError('patch-failed', `testing value ${path} failed`);
    } else if (path !== from) {
      if (path.startsWith(`${from}/`))
        throw new CodecError('patch-failed', 'move operation does not apply: a value cannot be moved into itself');
      const moved = document.get(op, from);
      document.remove(op, from);
      document.put('add', path, moved);
    }
  }
  const root = document.root();
  if (!isObject(root)) throw new CodecError('patch-failed', 'the patched document is not an object');
  return root as JsonObject;
};
