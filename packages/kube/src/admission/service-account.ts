import { randomText } from '@podpass/kernel';
import { errors } from '../errors.ts';
import { items, nameOf, objects, specOf, text } from '../object/read.ts';
import type { Fields, KubeObject } from '../object/types.ts';
import type { Mirror } from '../registry/mirror.ts';
import { resourceOf } from '../resources/lookup.ts';
import { names, tokens } from '../wire.ts';
import type { AdmissionRequest } from './types.ts';

const pods = resourceOf('', 'pods');
const serviceAccounts = resourceOf('', 'serviceaccounts');

const apiAccessVolume = (name: string): Fields => ({
  name,
  projected: {
    defaultMode: 420,
    sources: [
      { serviceAccountToken: { expirationSeconds: tokens.apiAccessExpiration, path: 'token' } },
      { configMap: { name: names.rootCaConfigMap, items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
      { downwardAPI: { items: [{ path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }] } },
    ],
  },
});

/** Mounts the API access volume in every container that has nothing at its place. Returns whether any has it. */
const mounted = (containers: unknown, volume: string): { containers: readonly Fields[]; changed: boolean } => {
  let changed = false;
  const result = objects(containers).map((container) => {
    const mounts = objects(container['volumeMounts']);
    if (mounts.some((mount) => text(mount['mountPath']) === names.tokenMountPath)) return container;
    changed = true;
    return { ...container, volumeMounts: [...mounts, { name: volume, readOnly: true, mountPath: names.tokenMountPath }] };
  });
  return { containers: result, changed };
};

const withApiAccess = (spec: Fields): Fields => {
  const present = objects(spec['volumes']).find((volume) => text(volume['name']).startsWith('kube-api-access-'));
  const volume = present === undefined ? `kube-api-access-${randomText(5, 'bcdfghjklmnpqrstvwxz2456789')}` : text(present['name']);
  const main = mounted(spec['containers'], volume);
  const init = mounted(spec['initContainers'], volume);
  if (!main.changed && !init.changed) return spec;
  return {
    ...spec,
    containers: main.containers,
    ...(spec['initContainers'] === undefined ? {} : { initContainers: init.containers }),
    ...(present === undefined ? { volumes: [...objects(spec['volumes']), apiAccessVolume(volume)] } : {}),
  };
};

/**
 * ServiceAccount admission: every pod runs as a service account that exists, and gets the volume with its token unless it or the account
 * declines. Source: https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/#serviceaccount-admission-controller
 */
export const serviceAccountAdmission = (mirror: Mirror, request: AdmissionRequest): KubeObject | undefined => {
  const pod = request.object;
  if (request.row !== pods || request.operation !== 'CREATE' || request.subresource !== '' || pod === undefined) return pod;
  const before = specOf(pod);
  const name = text(before['serviceAccountName']) || names.defaultServiceAccount;
  const account = mirror.get(serviceAccounts, request.namespace, name);
  if (account === undefined) {
    throw errors.forbidden(
      { group: '', resource: 'pods', name: nameOf(pod) },
      `error looking up service account ${request.namespace}/${name}: serviceaccount "${name}" not found`,
    );
  }
  const automount = before['automountServiceAccountToken'] ?? account['automountServiceAccountToken'] ?? true;
  const pull =
    items(before['imagePullSecrets']).length > 0
      ? {}
      : items(account['imagePullSecrets']).length > 0
        ? { imagePullSecrets: account['imagePullSecrets'] }
        : {};
  const spec: Fields = { ...before, serviceAccountName: name, serviceAccount: name, ...pull };
  return { ...pod, spec: automount === false ? spec : withApiAccess(spec) };
};
