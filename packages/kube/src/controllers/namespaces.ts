import { newGuid } from '@podpass/kernel';
import { isDeleting, items, nameOf, namespaceOf, specOf, timestamp } from '../object/read.ts';
import { sameJson } from '../object/equal.ts';
import type { KubeObject } from '../object/types.ts';
import { deleteThrough } from '../registry/removal.ts';
import { resourceOf } from '../resources/lookup.ts';
import type { ResourceRow } from '../resources/types.ts';
import { names } from '../wire.ts';
import type { Controller, ControllerDeps } from './types.ts';
import { createWorker } from './worker.ts';

const namespaces = resourceOf('', 'namespaces');
const serviceAccounts = resourceOf('', 'serviceaccounts');
const configMaps = resourceOf('', 'configmaps');

/** The service account that every namespace has. */
export const defaultServiceAccount = (namespace: string, now: number): KubeObject => ({
  kind: 'ServiceAccount',
  apiVersion: 'v1',
  metadata: { name: names.defaultServiceAccount, namespace, uid: newGuid(), creationTimestamp: timestamp(now) },
});

/** The config map with which pods verify the API server. */
export const rootCaConfigMap = (namespace: string, certificate: string, now: number): KubeObject => ({
  kind: 'ConfigMap',
  apiVersion: 'v1',
  metadata: {
    name: names.rootCaConfigMap,
    namespace,
    uid: newGuid(),
    creationTimestamp: timestamp(now),
    annotations: { 'kubernetes.io/description': 'The certificates with which the API server of this cluster is verified.' },
  },
  data: { 'ca.crt': certificate },
});

/** Gives every namespace its default service account and root CA, and empties namespaces that are being deleted. */
export const namespaceController = (deps: ControllerDeps): Controller => {
  const { registry, clock, log } = deps;
  const provide = async (namespace: string) => {
    if (registry.get(serviceAccounts, namespace, names.defaultServiceAccount) === undefined) {
      await registry.create(serviceAccounts, defaultServiceAccount(namespace, clock.now()));
    }
    const wanted = rootCaConfigMap(namespace, deps.serverCa, clock.now());
    const present = registry.get(configMaps, namespace, names.rootCaConfigMap);
    if (present === undefined) await registry.create(configMaps, wanted);
    else if (!sameJson(present['data'], wanted['data'])) await registry.update(configMaps, present, { ...present, data: wanted['data'] });
  };
  const empty = async (namespace: KubeObject) => {
    const name = nameOf(namespace);
    const contents = registry.resources.stored.filter((row) => row.namespaced);
    const free: (readonly [ResourceRow, KubeObject])[] = [];
    for (const row of contents) {
      for (const object of registry.mirror.list(row, name)) {
        const held = (object.metadata.finalizers ?? []).length > 0 || row.resource === 'pods';
        if (held) await deleteThrough(registry, row, object, { now: clock.now() });
        else free.push([row, object]);
      }
    }
    if (free.length > 0) await registry.purge(free);
    if (contents.some((row) => registry.mirror.list(row, name).length > 0)) return;
    const current = registry.get(namespaces, '', name);
    if (current === undefined) return;
    const finalizers = items(specOf(current)['finalizers']).filter((entry) => entry !== 'kubernetes');
    if (finalizers.length === 0 && (current.metadata.finalizers ?? []).length === 0) await registry.remove(namespaces, current);
    else if (finalizers.length < items(specOf(current)['finalizers']).length) {
      await registry.update(namespaces, current, { ...current, spec: { ...specOf(current), finalizers } });
    }
  };
  const worker = createWorker({
    name: 'namespaces',
    log,
    async handle(name) {
      const namespace = registry.get(namespaces, '', name);
      if (namespace === undefined) return;
      await (isDeleting(namespace) ? empty(namespace) : provide(name));
    },
  });
  const stop = registry.mirror.subscribe((event) => {
    if (event.row === namespaces) {
      if (event.type !== 'DELETED') worker.add(nameOf(event.object));
      return;
    }
    const ours = event.row === serviceAccounts || event.row === configMaps;
    if (event.type === 'DELETED' ? event.row.namespaced : ours && event.type === 'MODIFIED') {
      const namespace = registry.get(namespaces, '', namespaceOf(event.object));
      if (namespace !== undefined && (ours || isDeleting(namespace))) worker.add(nameOf(namespace));
    }
  });
  for (const namespace of registry.mirror.list(namespaces, '')) worker.add(nameOf(namespace));
  return {
    close() {
      stop();
      worker.close();
    },
  };
};
