import { newGuid } from '@podpass/kernel';
import type { AdmissionRequest } from '../../admission/types.ts';
import type { UserInfo } from '../../authn/user.ts';
import { generatedName } from '../../api/write/names.ts';
import { refuseUnsupported } from '../../api/write/unsupported.ts';
import { errors, messages, StatusError } from '../../errors.ts';
import { sameJson } from '../../object/equal.ts';
import { clone, nameOf, namespaceOf, timestamp } from '../../object/read.ts';
import type { KubeObject } from '../../object/types.ts';
import { deleteThrough } from '../../registry/removal.ts';
import { isReleasedAfter } from '../../registry/released.ts';
import type { ResourceRow } from '../../resources/types.ts';
import { requireValid, withDefaults } from '../../schema/schema.ts';
import { strategyOf } from '../../strategies/table.ts';
import { groups, users } from '../../wire.ts';
import type { ControllerDeps } from '../types.ts';

/**
 * Writes on a controller's behalf as its service account would through the API: with defaults, admission (webhooks included) and
 * validation. What users may not create themselves, they cannot create through a template.
 */
export interface ControllerClient {
  /** Creates an object; with `generateName` and no name, under a free name. Throws what the API answers. */
  create(row: ResourceRow, object: KubeObject): Promise<KubeObject>;
  /** Replaces metadata and spec of `current`. Writes nothing when nothing changes. Throws Conflict when it changed meanwhile. */
  update(row: ResourceRow, current: KubeObject, next: KubeObject): Promise<KubeObject>;
  /** Replaces the status. */
  updateStatus(row: ResourceRow, current: KubeObject, status: Readonly<Record<string, unknown>>): Promise<KubeObject>;
  /** Deletes the object if it is still the one that is meant; dependents go in the background. */
  remove(row: ResourceRow, object: KubeObject): Promise<void>;
}

const nameAttempts = 8;
const controllerNamespace = 'kube-system';

const controllerUser = (name: string): UserInfo => ({
  username: `${users.serviceAccountPrefix}${controllerNamespace}:${name}`,
  groups: [groups.serviceAccounts, `${groups.serviceAccounts}:${controllerNamespace}`, groups.authenticated],
});

/** Whether a creation failed because its namespace is going away: nothing is to be done then. */
export const isTerminating = (thrown: unknown): boolean =>
  thrown instanceof StatusError && (thrown.details?.causes ?? []).some((cause) => cause.reason === 'NamespaceTerminating');

/** Creates a client for the controller's service account `name`. */
export const createControllerClient = (deps: Pick<ControllerDeps, 'registry' | 'admission' | 'clock'>, name: string): ControllerClient => {
  const { registry, admission, clock } = deps;
  const user = controllerUser(name);
  const request = (
    operation: AdmissionRequest['operation'],
    row: ResourceRow,
    more: Pick<AdmissionRequest, 'name' | 'namespace' | 'object' | 'oldObject'> & { subresource?: string },
  ): AdmissionRequest => ({
    operation,
    row,
    user,
    dryRun: false,
    options: { kind: `${operation.charAt(0)}${operation.slice(1).toLowerCase()}Options`, apiVersion: 'meta.k8s.io/v1' },
    warnings: [],
    subresource: '',
    ...more,
  });
  /** Puts the object under a name that is free. */
  const place = async (row: ResourceRow, object: KubeObject, generated: boolean): Promise<KubeObject> => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await registry.create(row, object);
      } catch (thrown) {
        const taken = thrown instanceof StatusError && thrown.reason === 'AlreadyExists';
        if (!taken || !generated || attempt >= nameAttempts) throw thrown;
        object.metadata.name = generatedName(object.metadata.generateName ?? '');
      }
    }
  };
  const rewrite = async (row: ResourceRow, current: KubeObject, wanted: KubeObject, subresource: string): Promise<KubeObject> => {
    if (sameJson(wanted, current)) return current;
    const asked = (object: KubeObject) =>
      request('UPDATE', row, { name: nameOf(current), namespace: namespaceOf(current), object, oldObject: current, subresource });
    const mutated = await admission.mutate(asked(wanted));
    requireValid(row, mutated);
    await admission.validate(asked(mutated));
    const latest = registry.get(row, namespaceOf(current), nameOf(current));
    // Webhooks take their time: an answer that is out of date is not written.
    if (latest?.metadata.resourceVersion !== current.metadata.resourceVersion) {
      throw errors.conflict({ group: row.group, resource: row.resource, name: nameOf(current) }, messages.modified);
    }
    return isReleasedAfter(row, mutated) ? registry.remove(row, current) : registry.update(row, current, mutated);
  };
  return {
    async create(row, object) {
      const draft = clone(object);
      const generated = draft.metadata.name === undefined;
      // Refusals name what is known of the name: it is generated last, so that the same refusal is worded the same each time.
      if (generated) draft.metadata.name = draft.metadata.generateName ?? '';
      draft.metadata.uid = newGuid();
      draft.metadata.creationTimestamp = timestamp(clock.now());
      if (row.generation) draft.metadata.generation = 1;
      const filled = withDefaults(row, draft);
      const strategy = strategyOf(row);
      strategy.prepareCreate?.(filled, registry);
      const asked = (current: KubeObject) =>
        request('CREATE', row, {
          name: generated ? '' : nameOf(current),
          namespace: namespaceOf(current),
          object: current,
          oldObject: undefined,
        });
      const mutated = await admission.mutate(asked(filled));
      if (generated) mutated.metadata.name = generatedName(mutated.metadata.generateName ?? '');
      requireValid(row, mutated);
      refuseUnsupported(row, mutated);
      await admission.validate(asked(mutated));
      return place(row, mutated, generated);
    },
    async update(row, current, next) {
      const spec = !sameJson(next['spec'], current['spec']);
      const generation = current.metadata.generation ?? 1;
      const metadata = row.generation ? { ...next.metadata, generation: spec ? generation + 1 : generation } : next.metadata;
      return rewrite(row, current, { ...next, metadata }, '');
    },
    updateStatus: (row, current, status) => rewrite(row, current, { ...current, status }, 'status'),
    async remove(row, object) {
      const namespace = namespaceOf(object);
      await admission.validate(request('DELETE', row, { name: nameOf(object), namespace, object: undefined, oldObject: object }));
      // As it is now, if a webhook took its time: whoever bears the name by then may be someone else.
      const latest = registry.get(row, namespace, nameOf(object));
      if (latest === undefined || latest.metadata.uid !== object.metadata.uid) return;
      await deleteThrough(registry, row, latest, { propagation: 'Background', now: clock.now() });
    },
  };
};
