import { dig, objects, specOf, text } from '../object/read.ts';
import type { KubeObject } from '../object/types.ts';
import type { Mirror } from '../registry/mirror.ts';
import { resourceOf } from '../resources/lookup.ts';
import type { Action } from './rules.ts';

const pods = resourceOf('', 'pods');

/** The names of secrets and config maps that a pod's specification mentions. */
const references = (pod: KubeObject): { secrets: Set<string>; configmaps: Set<string>; serviceaccounts: Set<string> } => {
  const secrets = new Set<string>();
  const configmaps = new Set<string>();
  const add = (target: Set<string>, name: unknown) => {
    if (typeof name === 'string' && name !== '') target.add(name);
  };
  const spec = specOf(pod);
  for (const secret of objects(spec['imagePullSecrets'])) add(secrets, secret['name']);
  for (const volume of objects(spec['volumes'])) {
    add(secrets, dig(volume, 'secret', 'secretName'));
    add(configmaps, dig(volume, 'configMap', 'name'));
    for (const source of objects(dig(volume, 'projected', 'sources'))) {
      add(secrets, dig(source, 'secret', 'name'));
      add(configmaps, dig(source, 'configMap', 'name'));
    }
  }
  for (const container of ['containers', 'initContainers'].flatMap((list) => objects(spec[list]))) {
    for (const entry of objects(container['env'])) {
      add(secrets, dig(entry, 'valueFrom', 'secretKeyRef', 'name'));
      add(configmaps, dig(entry, 'valueFrom', 'configMapKeyRef', 'name'));
    }
    for (const entry of objects(container['envFrom'])) {
      add(secrets, dig(entry, 'secretRef', 'name'));
      add(configmaps, dig(entry, 'configMapRef', 'name'));
    }
  }
  return { secrets, configmaps, serviceaccounts: new Set([text(spec['serviceAccountName'])]) };
};

/**
 * The node authorizer's limit: a kubelet reads secrets, config maps and service accounts only when a pod on its node refers to them.
 * Source: https://kubernetes.io/docs/reference/access-authn-authz/node/
 */
export const requireReferenced = (mirror: Mirror, node: string, action: Action): boolean => {
  if (action.group !== '' || action.path !== undefined || action.subresource !== '') return true;
  const { resource } = action;
  if (resource !== 'secrets' && resource !== 'configmaps' && resource !== 'serviceaccounts') return true;
  if (action.verb !== 'get' || action.name === '') return false;
  return mirror
    .list(pods, action.namespace)
    .some((pod) => text(specOf(pod)['nodeName']) === node && references(pod)[resource].has(action.name));
};
