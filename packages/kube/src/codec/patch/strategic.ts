import { isObject, type Json, type JsonObject } from '@podpass/kernel';
import { CodecError } from '../errors.ts';
import { isScalar, messageNamed, messageOfKind, splitApiVersion, type Message } from '../schema.ts';
import { refuseDeep } from './limits.ts';
import { listStrategy, replacesMap } from './merge-keys.ts';
import { orderMerged } from './order.ts';

const orderPrefix = '$setElementOrder/';
const deletePrefix = '$deleteFromPrimitiveList/';

const malformed = (message: string) => new CodecError('patch-malformed', message);
const isMap = (value: Json): value is JsonObject => isObject(value);
const isList = (value: Json): value is readonly Json[] => Array.isArray(value);
const identity = (value: Json) => JSON.stringify(value) ?? 'null';

/** The message of a member; undefined where the schema ends (labels, raw JSON). */
const memberMessage = (message: Message | undefined, field: string): Message | undefined => {
  const found = message?.byName.get(field);
  return found === undefined || isScalar(found.type) ? undefined : messageNamed(found.type);
};

const directive = (patch: JsonObject): 'merge' | 'replace' | 'delete' => {
  const value = patch['$patch'] ?? 'merge';
  if (value === 'merge' || value === 'replace' || value === 'delete') return value;
  throw malformed(`unknown directive type found: ${typeof value === 'string' ? value : 'not a string'}`);
};

const stripped = (patch: JsonObject): JsonObject => Object.fromEntries(Object.entries(patch).filter(([name]) => name !== '$patch'));

const listOf = (value: Json, what: string): readonly Json[] => {
  if (!isList(value)) throw malformed(`${what} must be a list`);
  return value;
};

const retain = (members: Map<string, Json>, patch: JsonObject): void => {
  const keys = patch['$retainKeys'];
  if (keys === undefined) return;
  const kept = new Set(listOf(keys, '$retainKeys'));
  for (const [name, value] of Object.entries(patch)) {
    if (!name.startsWith('$') && value !== null && !kept.has(name)) throw malformed('invalid patch format of retainKeys');
  }
  for (const name of members.keys()) if (!kept.has(name)) members.delete(name);
};

const keyOf = (item: Json, key: string): string => {
  const value = isMap(item) ? item[key] : undefined;
  if (value === undefined || value === null) throw malformed(`map does not contain declared merge key: ${key}`);
  return identity(value);
};

interface ListMerge {
  readonly former: readonly Json[];
  readonly patch: readonly Json[];
  /** `$setElementOrder/…`, when the patch has it. */
  readonly order: readonly Json[] | undefined;
  readonly message: Message | undefined;
}

const mergeSet = ({ former, patch, order }: ListMerge): readonly Json[] => {
  const values = new Map([...former, ...patch].map((item) => [identity(item), item]));
  const ordered = orderMerged([...values.keys()], (order ?? patch).map(identity), former.map(identity));
  return ordered.map((name) => values.get(name));
};

const mergeKeyed = ({ former, patch, order, message }: ListMerge, key: string): readonly Json[] => {
  const items = patch.map((item) => {
    if (!isMap(item)) throw malformed('a list of objects holds something else');
    return { item, action: directive(item) };
  });
  const replaces = items.some(({ action }) => action === 'replace');
  const merged = new Map<string, Json>(replaces ? [] : former.map((item) => [keyOf(item, key), item]));
  const named: string[] = [];
  for (const { item, action } of items) {
    // An element that is nothing but `$patch: replace` turns the list into the patch's other elements.
    if (action === 'replace' && Object.keys(item).length === 1) continue;
    const name = keyOf(item, key);
    if (action === 'delete') {
      merged.delete(name);
      continue;
    }
    named.push(name);
    const before = merged.get(name);
    merged.set(name, mergeMap(isMap(before) ? before : {}, action === 'replace' ? stripped(item) : item, message));
  }
  const orderNames = order?.map((item) => keyOf(item, key));
  if (orderNames !== undefined) {
    const known = new Set(orderNames);
    if (named.some((name) => !known.has(name)))
      throw malformed('the order in $setElementOrder list does not contain every item of the patch');
  }
  return orderMerged(
    [...merged.keys()],
    orderNames ?? named,
    former.map((item) => keyOf(item, key)),
  ).map((name) => merged.get(name));
};

function mergeMap(former: JsonObject, patch: JsonObject, message: Message | undefined): JsonObject {
  const action = directive(patch);
  if (action === 'delete') return {};
  if (action === 'replace') return mergeMap({}, stripped(patch), message);
  const members = new Map<string, Json>(Object.entries(former));
  retain(members, patch);
  for (const [name, value] of Object.entries(patch)) {
    if (name.startsWith(deletePrefix)) {
      const field = name.slice(deletePrefix.length);
      const gone = new Set(listOf(value, name).map(identity));
      const list = members.get(field);
      if (isList(list))
        members.set(
          field,
          list.filter((item) => !gone.has(identity(item))),
        );
    }
  }
  const orders = new Map(
    Object.entries(patch)
      .filter(([name]) => name.startsWith(orderPrefix))
      .map(([name, value]) => [name.slice(orderPrefix.length), listOf(value, name)]),
  );
  for (const field of new Set([...Object.keys(patch), ...orders.keys()])) {
    if (field.startsWith('$')) continue;
    const value = patch[field];
    if (value === null) members.delete(field);
    else mergeMember(members, field, { value, order: orders.get(field), message });
  }
  return Object.fromEntries(members);
}

function mergeMember(
  members: Map<string, Json>,
  field: string,
  { value, order, message }: { value: Json; order: readonly Json[] | undefined; message: Message | undefined },
): void {
  const before = members.get(field);
  const below = memberMessage(message, field);
  const strategy = message === undefined ? undefined : listStrategy(message.name, field);
  const shape = message?.byName.get(field)?.shape;
  if (value === undefined && (strategy === undefined || !isList(before))) return;
  if ((isList(value) || value === undefined) && strategy !== undefined) {
    const merge = { former: isList(before) ? before : [], patch: value ?? [], order, message: below };
    members.set(field, 'key' in strategy ? mergeKeyed(merge, strategy.key) : mergeSet(merge));
  } else if (isMap(value)) {
    const start = isMap(before) && !(message !== undefined && replacesMap(message.name, field)) ? before : {};
    // The members of a map of messages have the message, not the map itself.
    members.set(field, shape === 'map' ? mergeMap(start, value, undefined) : mergeMap(start, value, below));
  } else members.set(field, value);
}

/**
 * Kubernetes' strategic merge patch of a built-in kind, with `$patch`, `$retainKeys`, `$setElementOrder/…` and
 * `$deleteFromPrimitiveList/…`. `kind` is looked up in the version that the object names. Never changes its arguments.
 * Throws CodecError `patch-malformed`, or `unknown-kind` when the kind is not built in (custom resources: 415).
 * Source: https://git.k8s.io/community/contributors/devel/sig-api-machinery/strategic-merge-patch.md
 */
export const applyStrategicMergePatch = (object: JsonObject, patch: Json, kind: string): JsonObject => {
  if (!isMap(patch)) throw malformed('a strategic merge patch must be a JSON object');
  refuseDeep(patch);
  const apiVersion = object['apiVersion'];
  const message = messageOfKind({ ...splitApiVersion(typeof apiVersion === 'string' ? apiVersion : 'v1'), kind });
  if (message === undefined) throw new CodecError('unknown-kind', `strategic merge patch is not supported for kind "${kind}"`);
  return mergeMap(object, patch, message);
};
