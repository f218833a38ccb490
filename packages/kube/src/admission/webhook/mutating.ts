import { isObject, type JsonObject } from '@podpass/kernel';
import { applyJsonPatch } from '../../codec/index.ts';
import { errors } from '../../errors.ts';
import { sameJson } from '../../object/equal.ts';
import { readObject } from '../../object/metadata.ts';
import { clone } from '../../object/read.ts';
import type { KubeObject } from '../../object/types.ts';
import type { Mirror } from '../../registry/mirror.ts';
import { withDefaults, withoutUnknown } from '../../schema/schema.ts';
import type { AdmissionRequest } from '../types.ts';
import type { HookCaller } from './call.ts';
import type { Hook } from './hooks.ts';
import { hookMatches } from './match.ts';
import type { ReviewVerdict } from './review.ts';

const identity = ['name', 'namespace', 'uid', 'creationTimestamp', 'generateName', 'resourceVersion', 'generation'] as const;

/** While a name is yet to be generated, webhooks do not see the one that was set aside for the object. */
const shown = (request: AdmissionRequest, object: KubeObject): KubeObject => {
  if (request.name !== '') return object;
  const { name: _name, ...metadata } = object.metadata;
  return { ...object, metadata };
};

/** Applies a webhook's patch, decodes the result again and fills in defaults. What identifies the object stays. */
const applyPatch = (request: AdmissionRequest, object: KubeObject, verdict: ReviewVerdict): KubeObject => {
  const { row } = request;
  const patched: unknown = applyJsonPatch(clone(shown(request, object)) as JsonObject, verdict.patch);
  if (!isObject(patched)) throw new Error('the patch does not leave an object');
  const read = readObject(withoutUnknown(row, { ...patched, apiVersion: object.apiVersion, kind: object.kind }).object, row.kind);
  for (const field of identity) {
    if (object.metadata[field] === undefined) delete read.metadata[field];
    else Object.assign(read.metadata, { [field]: object.metadata[field] });
  }
  return withDefaults(row, read);
};

const callOne = async (caller: HookCaller, hook: Hook, request: AdmissionRequest, object: KubeObject): Promise<KubeObject> => {
  const verdict = await caller.call(hook, { ...request, object: shown(request, object) }, true);
  if (verdict?.patch === undefined) return object;
  try {
    return applyPatch(request, object, verdict);
  } catch (thrown) {
    if (hook.ignoreFailure) return object;
    throw errors.internal(`admission webhook "${hook.name}" returned a patch that cannot be applied`, thrown);
  }
};

/**
 * Calls the mutating webhooks one after the other. When any of them changed the object, `inTree` and those webhooks that ask for it
 * (`reinvocationPolicy: IfNeeded`) run once more if something changed after them.
 */
export const callMutating = async (
  deps: { readonly hooks: () => readonly Hook[]; readonly caller: HookCaller; readonly mirror: Mirror },
  request: AdmissionRequest,
  start: KubeObject,
  inTree: (object: KubeObject) => KubeObject,
): Promise<KubeObject> => {
  const { hooks, caller, mirror } = deps;
  /** What the object was after each webhook that was called. */
  const left = new Map<Hook, KubeObject>();
  let object = start;
  for (const hook of hooks()) {
    if (!hookMatches(hook, { ...request, object }, mirror)) continue;
    object = await callOne(caller, hook, request, object);
    left.set(hook, object);
  }
  if (object === start || sameJson(object, start)) return object;
  object = inTree(object);
  for (const [hook, after] of left) {
    if (!hook.reinvoke || sameJson(after, object) || !hookMatches(hook, { ...request, object }, mirror)) continue;
    object = await callOne(caller, hook, request, object);
  }
  return object;
};
