import { isDeleting, nameOf, namespaceOf, specOf, text } from '../object/read.ts';
import type { KubeObject } from '../object/types.ts';
import { deleteThrough } from '../registry/removal.ts';
import { resourceOf } from '../resources/lookup.ts';
import type { Controller, ControllerDeps } from './types.ts';
import { createWorker } from './worker.ts';

const pods = resourceOf('', 'pods');
const nodes = resourceOf('', 'nodes');

/** Removes pods whose node is gone: nobody else would end them. */
export const podGarbageController = (deps: ControllerDeps): Controller => {
  const { registry, clock, log } = deps;
  const orphaned = (pod: KubeObject) => {
    const node = text(specOf(pod)['nodeName']);
    return node === '' ? isDeleting(pod) : registry.get(nodes, '', node) === undefined;
  };
  const worker = createWorker({
    name: 'pod-gc',
    log,
    async handle(key) {
      const [namespace = '', name = ''] = key.split('/');
      const pod = registry.get(pods, namespace, name);
      if (pod === undefined || !orphaned(pod)) return;
      await deleteThrough(registry, pods, pod, { grace: 0, now: clock.now() });
    },
  });
  const enqueueAll = () => {
    for (const pod of registry.mirror.list(pods, '')) if (orphaned(pod)) worker.add(`${namespaceOf(pod)}/${nameOf(pod)}`);
  };
  const stop = registry.mirror.subscribe((event) => {
    if (event.row === nodes && event.type === 'DELETED') enqueueAll();
  });
  return {
    close() {
      stop();
      worker.close();
    },
  };
};
