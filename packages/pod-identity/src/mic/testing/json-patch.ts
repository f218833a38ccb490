import { isObject } from '@podpass/kernel';

type Node = Record<string, unknown>;

/** RFC 7386. */
export const mergePatch = (target: unknown, patch: unknown): unknown => {
  if (!isObject(patch)) return patch;
  const result: Node = isObject(target) ? { ...target } : {};
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete result[name];
    else result[name] = mergePatch(result[name], value);
  }
  return result;
};

/** The part of RFC 6902 that tests need: object members only. Throws when a test fails. */
export const jsonPatch = (target: unknown, patch: readonly { op: string; path: string; value?: unknown }[]): unknown => {
  const copy = structuredClone(target);
  for (const { op, path, value } of patch) {
    const names = path.split('/').slice(1);
    const last = names.pop() ?? '';
    const parent = names.reduce<unknown>((at, name) => (isObject(at) ? at[name] : undefined), copy);
    if (!isObject(parent)) throw new Error(`no ${path}`);
    if (op === 'test' && JSON.stringify(parent[last]) !== JSON.stringify(value)) throw new Error(`test of ${path} failed`);
    if (op === 'add' || op === 'replace') parent[last] = value;
    if (op === 'remove') delete parent[last];
  }
  return copy;
};
