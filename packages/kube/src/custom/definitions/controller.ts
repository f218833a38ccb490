import type { Controller, ControllerDeps } from '../../controllers/types.ts';
import { createWorker } from '../../controllers/worker.ts';
import { sameJson } from '../../object/equal.ts';
import { fields, isDeleting, nameOf, specOf, text } from '../../object/read.ts';
import type { KubeObject } from '../../object/types.ts';
import { isReleasedAfter } from '../../registry/released.ts';
import { deleteThrough } from '../../registry/removal.ts';
import { resourceOf } from '../../resources/lookup.ts';
import type { ResourceRow } from '../../resources/types.ts';
import { names } from '../../wire.ts';
import { definitionStatus } from './status.ts';

const definitions = resourceOf('apiextensions.k8s.io', 'customresourcedefinitions');

/**
 * Keeps the status of definitions true (names that become free are given to those who wait for them), and empties the resource of a definition
 * that is being deleted before it lets the definition go.
 */
export const definitionController = (deps: ControllerDeps): Controller => {
  const { registry, clock, log } = deps;
  const rowOf = (definition: KubeObject): ResourceRow | undefined => {
    const spec = specOf(definition);
    const row = registry.resources.ofResource(text(spec['group']), text(fields(spec['names'])['plural']));
    return row?.custom?.definition === nameOf(definition) ? row : undefined;
  };
  const empty = async (row: ResourceRow): Promise<boolean> => {
    const free: (readonly [ResourceRow, KubeObject])[] = [];
    for (const object of registry.mirror.list(row, '')) {
      if ((object.metadata.finalizers ?? []).length === 0) free.push([row, object]);
      else await deleteThrough(registry, row, object, { now: clock.now() });
    }
    if (free.length > 0) await registry.purge(free);
    return registry.mirror.list(row, '').length === 0;
  };
  const release = async (definition: KubeObject): Promise<void> => {
    const finalizers = (definition.metadata.finalizers ?? []).filter((entry) => entry !== names.definitionFinalizer);
    const { finalizers: _before, ...metadata } = definition.metadata;
    const next = { ...definition, metadata: { ...metadata, ...(finalizers.length === 0 ? {} : { finalizers }) } };
    await (isReleasedAfter(definitions, next) ? registry.remove(definitions, definition) : registry.update(definitions, definition, next));
  };
  const worker = createWorker({
    name: 'definitions',
    log,
    async handle(name) {
      const definition = registry.get(definitions, '', name);
      if (definition === undefined) return;
      const status = definitionStatus(definition, registry.resources, clock.now());
      const current = sameJson(definition['status'], status)
        ? definition
        : await registry.update(definitions, definition, { ...definition, status });
      if (!isDeleting(current) || !(current.metadata.finalizers ?? []).includes(names.definitionFinalizer)) return;
      const row = rowOf(current);
      if (row === undefined || (await empty(row))) await release(current);
    },
  });
  /** What a definition leaves behind that went without its finalizer: it must not turn up again under the next definition of the name. */
  const sweep = (definition: KubeObject): void => {
    const spec = specOf(definition);
    const row: ResourceRow = { ...definitions, group: text(spec['group']), resource: text(fields(spec['names'])['plural']) };
    const left = registry.mirror.list(row, '').map((object) => [row, object] as const);
    if (left.length === 0) return;
    registry.purge(left).catch((thrown: unknown) => log.warn({ err: thrown, definition: nameOf(definition) }, 'objects were left behind'));
  };
  const all = () => {
    for (const definition of registry.mirror.list(definitions, '')) worker.add(nameOf(definition));
  };
  const stop = registry.mirror.subscribe((event) => {
    // What one definition gives up, another may be waiting for.
    if (event.row === definitions) {
      if (event.type === 'DELETED') sweep(event.object);
      all();
    } else if (event.type === 'DELETED' && event.row.custom?.terminating === true) worker.add(event.row.custom.definition);
  });
  all();
  return {
    close() {
      stop();
      worker.close();
    },
  };
};
