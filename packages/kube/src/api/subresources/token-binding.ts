import { nodeOf } from '../../admission/node-restriction.ts';
import { errors } from '../../errors.ts';
import { fields, nameOf, specOf, text, uidOf } from '../../object/read.ts';
import type { Fields, KubeObject } from '../../object/types.ts';
import { resourceOf } from '../../resources/lookup.ts';
import type { ResourceRow } from '../../resources/types.ts';
import type { TokenBinding } from '../../tokens/claims.ts';
import { names } from '../../wire.ts';
import type { ResourceCall } from '../call.ts';

const rows: Readonly<Record<string, ResourceRow>> = {
  Pod: resourceOf('', 'pods'),
  Secret: resourceOf('', 'secrets'),
  Node: resourceOf('', 'nodes'),
};

const boundObject = (call: ResourceCall, reference: Fields): { row: ResourceRow; object: KubeObject } => {
  const kind = text(reference['kind']);
  const version = text(reference['apiVersion']);
  const row = version === 'v1' || version === '' ? rows[kind] : undefined;
  if (row === undefined)
    throw errors.badRequest(`cannot bind token for serviceaccount to object of type ${version}, Kind=${kind.slice(0, 63)}`);
  const name = text(reference['name']);
  const subject = { group: '', resource: row.resource, name };
  const object = call.cluster.registry.get(row, row.namespaced ? call.target.namespace : '', name);
  if (object === undefined) throw errors.notFound(subject);
  const uid = text(reference['uid']);
  if (uid !== '' && uid !== uidOf(object)) {
    throw errors.conflict(
      subject,
      `the UID in the bound object reference (${uid}) does not match the UID in record. The object might have been deleted and then recreated`,
    );
  }
  return { row, object };
};

/** The node of a scheduled pod goes into its tokens too; by name only when the Node object is gone. */
const nodeOfPod = (call: ResourceCall, pod: KubeObject): TokenBinding['node'] => {
  const name = text(specOf(pod)['nodeName']);
  if (name === '') return undefined;
  const node = call.cluster.registry.get(resourceOf('', 'nodes'), '', name);
  return node === undefined ? { name } : { name, uid: uidOf(node) };
};

/** A kubelet may ask only for tokens of pods that run on its node. Throws Forbidden. */
const requireOwnPod = (call: ResourceCall, binding: TokenBinding): void => {
  const node = nodeOf(call.user);
  if (node === undefined) return;
  const refuse = (why: string) => errors.forbidden({ group: '', resource: 'serviceaccounts', name: call.target.name }, why);
  if (binding.pod === undefined) throw refuse('node requested token not bound to a pod');
  if (text(specOf(binding.pod)['nodeName']) !== node) throw refuse('node requested token bound to a pod scheduled on a different node');
};

/** What the requested token is bound to. Throws BadRequest, NotFound, Conflict or Forbidden. */
export const tokenBinding = (call: ResourceCall, reference: unknown): TokenBinding => {
  const binding = ((): TokenBinding => {
    if (reference === undefined || reference === null) return {};
    const { row, object } = boundObject(call, fields(reference));
    if (row.resource === 'secrets') return { secret: object };
    if (row.resource === 'nodes') return { node: { name: nameOf(object), uid: uidOf(object) } };
    const account = text(specOf(object)['serviceAccountName']) || names.defaultServiceAccount;
    if (account !== call.target.name) {
      throw errors.badRequest(
        `cannot bind token for serviceaccount "${call.target.name}" to pod running with different serviceaccount name.`,
      );
    }
    const node = nodeOfPod(call, object);
    return { pod: object, ...(node === undefined ? {} : { node }) };
  })();
  requireOwnPod(call, binding);
  return binding;
};
