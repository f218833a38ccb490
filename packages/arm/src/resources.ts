import { KernelError } from '@podpass/kernel';
import { collection, mirror, transactionOf, type Compare, type Operation, type Store } from '@podpass/store';
import { fail } from './errors.ts';
import { groupType, type GroupState, type Resource } from './model.ts';
import { groupId, idKey } from './resource-id.ts';

export interface ListFilter {
  readonly subscriptionId: string;
  readonly resourceGroup?: string;
  /** Full type, in any case. */
  readonly type?: string;
}

export type Change =
  /** Fails when the id is taken or the resource group is gone or going. */
  | { readonly create: Resource }
  /** Fails unless the resource is still at this revision; without one it must merely exist or be new. */
  | { readonly replace: Resource; readonly revision: number }
  | { readonly remove: string };

/**
 * All resources, resource groups included. Reads come from memory; writes settle once durable and are visible to reads
 * as soon as they settle. The typed view of one resource type is `of`.
 */
export interface Resources {
  get(id: string): Resource | undefined;
  /** Store revision of the resource's last change; 0 when there is none. */
  revision(id: string): number;
  group(subscriptionId: string, name: string): Resource<GroupState> | undefined;
  list(filter: ListFilter): readonly Resource[];
  /** Resources of one type in all subscriptions and tenants: for recovery at start, not for requests. */
  everywhere(type: string): readonly Resource[];
  /** Applies all changes or none. Throws `ArmError` (group missing or going) or a kernel `conflict`. */
  write(changes: readonly Change[]): Promise<void>;
  of<State>(type: string): ResourceTable<State>;
  close(): void;
}

export interface ResourceTable<State> {
  get(id: string): Resource<State> | undefined;
  list(filter: Omit<ListFilter, 'type'>): readonly Resource<State>[];
  everywhere(): readonly Resource<State>[];
  /** Replaces the resource by what `change` makes of it; undefined when it does not exist. Repeats upon a lost race. */
  update(id: string, change: (resource: Resource<State>) => Resource<State>): Promise<Resource<State> | undefined>;
}

const attempts = 20;
const byName = (a: Resource, b: Resource) => (a.id.toLowerCase() < b.id.toLowerCase() ? -1 : 1);

export const createResources = async (store: Store): Promise<Resources> => {
  const rows = collection<Resource>(store, { prefix: 'arm/resources' });
  const held = await mirror(store, rows);
  const bySubscription = held.index((row) => row.subscriptionId);
  const byGroup = held.index((row) =>
    row.resourceGroup === undefined ? undefined : idKey(groupId(row.subscriptionId, row.resourceGroup)),
  );
  const byType = held.index((row) => row.type.toLowerCase());

  const get = (id: string) => held.get(idKey(id));
  const revision = (id: string) => held.item(idKey(id))?.revision ?? 0;
  const group = (subscriptionId: string, name: string) => {
    const found = get(groupId(subscriptionId, name));
    return found?.type === groupType ? (found as Resource<GroupState>) : undefined;
  };
  const list = (filter: ListFilter): readonly Resource[] => {
    const type = filter.type?.toLowerCase();
    const { resourceGroup, subscriptionId } = filter;
    const found =
      resourceGroup === undefined ? bySubscription(subscriptionId.toLowerCase()) : byGroup(idKey(groupId(subscriptionId, resourceGroup)));
    return found.filter((row) => type === undefined || row.type.toLowerCase() === type).toSorted(byName);
  };

  /**
   * A new resource is written only if its group has not changed since it was seen alive. The deletion of a group first
   * marks it, so no resource can slip into a group that is being emptied.
   */
  const guard = (resource: Resource, created: ReadonlySet<string>): readonly Compare[] => {
    if (resource.resourceGroup === undefined || resource.type === groupType) return [];
    const key = idKey(groupId(resource.subscriptionId, resource.resourceGroup));
    if (created.has(key)) return [];
    const found = group(resource.subscriptionId, resource.resourceGroup);
    if (found === undefined) throw fail('ResourceGroupNotFound', { group: resource.resourceGroup });
    if (found.state.provisioningState === 'Deleting') throw fail('ResourceGroupBeingDeleted', { group: found.name });
    return [rows.compare(key, revision(key))];
  };

  const plan = (changes: readonly Change[]): { compare: Compare[]; operations: Operation[] } => {
    const created = new Set(changes.flatMap((change) => ('create' in change ? [idKey(change.create.id)] : [])));
    const compare: Compare[] = [];
    const operations: Operation[] = [];
    for (const change of changes) {
      if ('remove' in change) {
        operations.push(rows.deleteOperation(idKey(change.remove)));
        continue;
      }
      const resource = 'create' in change ? change.create : change.replace;
      const key = idKey(resource.id);
      compare.push(rows.compare(key, 'create' in change ? 0 : change.revision));
      if ('create' in change) compare.push(...guard(resource, created));
      operations.push(rows.putOperation(key, resource));
    }
    return { compare, operations };
  };

  const taken = (changes: readonly Change[]) =>
    changes.some((change) => {
      if ('create' in change) return revision(change.create.id) !== 0;
      return 'replace' in change && revision(change.replace.id) !== change.revision;
    });

  const write = async (changes: readonly Change[]) => {
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      const { compare, operations } = plan(changes);
      const result = await store.txn(transactionOf(operations, compare));
      if (result.succeeded) return;
      if (taken(changes)) break;
    }
    throw new KernelError('conflict', 'The resource has changed meanwhile.');
  };

  return {
    get,
    revision,
    group,
    list,
    everywhere: (type) => byType(type.toLowerCase()),
    write,
    of: <State>(type: string): ResourceTable<State> => ({
      get(id) {
        const found = get(id);
        return found?.type.toLowerCase() === type.toLowerCase() ? (found as Resource<State>) : undefined;
      },
      list: (filter) => list({ ...filter, type }) as readonly Resource<State>[],
      everywhere: () => byType(type.toLowerCase()) as readonly Resource<State>[],
      async update(id, change) {
        for (let attempt = 0; attempt < attempts; attempt += 1) {
          const item = held.item(idKey(id));
          if (item === undefined || item.value.type.toLowerCase() !== type.toLowerCase()) return undefined;
          const next = change(item.value as Resource<State>);
          const result = await store.txn(transactionOf([rows.putOperation(idKey(id), next)], [rows.compare(idKey(id), item.revision)]));
          if (result.succeeded) return next;
        }
        throw new KernelError('conflict', 'The resource changes too often to be updated.');
      },
    }),
    close: () => held.close(),
  };
};
