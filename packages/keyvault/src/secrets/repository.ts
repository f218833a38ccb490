import type { Envelope } from '@podpass/crypto';
import { randomHex, type Clock } from '@podpass/kernel';
import { transactionOf, type Collection, type Compare, type Item, type Operation, type Store } from '@podpass/store';
import { Refusal } from '../errors.ts';
import { maxAttempts, secondsPerDay } from '../wire.ts';
import { deletedHeads, headId, liveHeads, valueRecords, vaultId, versionId, versionRecords, versionsId } from './collections.ts';
import type { SecretRef } from './collections.ts';
import type { DeletedHead, SecretHead, SecretVersion } from './model.ts';
import { purgeSecret } from './purge.ts';

export type { SecretRef } from './collections.ts';

export interface NewSecret {
  readonly value: string;
  readonly contentType?: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly enabled?: boolean;
  readonly notBefore?: number;
  readonly expires?: number;
}

/** Members that are present replace; absent ones stay. */
export type SecretChange = Omit<NewSecret, 'value'>;

interface Page<T> {
  readonly items: readonly T[];
  /** Key after which the next page starts; undefined on the last page. */
  readonly next: string | undefined;
}

export interface PageRequest {
  readonly limit: number;
  readonly after: string | undefined;
}

export interface SecretRepository {
  head(ref: SecretRef): Promise<SecretHead | undefined>;
  /** One version of a secret that is not deleted. */
  version(ref: SecretRef, version: string): Promise<{ head: SecretHead; found: SecretVersion } | undefined>;
  /** Opens a value. Undefined when it was purged meanwhile. */
  value(ref: SecretRef, version: string): Promise<string | undefined>;
  /** Adds a version. Refuses with `deletedButRecoverable`. */
  set(ref: SecretRef, secret: NewSecret): Promise<SecretHead>;
  /** Changes the newest version, or the named one. `check` sees the result before it is written and may throw. */
  update(
    ref: SecretRef & { version: string | undefined; check: (changed: SecretVersion) => void },
    change: SecretChange,
  ): Promise<{ head: SecretHead; changed: SecretVersion } | undefined>;
  delete(ref: SecretRef, retentionInDays: number): Promise<DeletedHead | undefined>;
  deletedHead(ref: SecretRef): Promise<DeletedHead | undefined>;
  recover(ref: SecretRef): Promise<SecretHead | undefined>;
  purge(ref: SecretRef): Promise<boolean>;
  list(uid: string, page: PageRequest): Promise<Page<SecretHead>>;
  listDeleted(uid: string, page: PageRequest): Promise<Page<DeletedHead>>;
  listVersions(ref: SecretRef, page: PageRequest): Promise<Page<SecretVersion>>;
}

/** Secrets in the store. Every change is a compare-and-set on the secret's heads, so concurrent writers lose nothing. */
export const createSecretRepository = (deps: { store: Store; envelope: Envelope; clock: Clock }): SecretRepository => {
  const { store, clock } = deps;
  const live = liveHeads(store);
  const deleted = deletedHeads(store);
  const versions = versionRecords(store);
  const values = valueRecords(store, deps.envelope);

  /** Repeats `attempt` until its compare-and-set went through. `attempt` answers undefined to be asked again. */
  const settle = async <T>(attempt: () => Promise<{ done: T } | undefined>): Promise<T> => {
    for (let turn = 0; turn < maxAttempts; turn++) {
      const outcome = await attempt();
      if (outcome !== undefined) return outcome.done;
    }
    throw new Refusal('contention', 'The secret is being changed by many requests at once; retry later.');
  };
  const commit = async (operations: readonly Operation[], compare: readonly Compare[]): Promise<boolean> =>
    (await store.txn(transactionOf(operations, compare))).succeeded;

  const purgeKnown = (ref: SecretRef, known: Item<DeletedHead>) => purgeSecret({ store, deleted, versions, values }, ref, known);

  /** A deleted secret whose retention ran out counts as purged, and is. */
  const readDeleted = async (ref: SecretRef): Promise<Item<DeletedHead> | undefined> => {
    const known = await deleted.get(headId(ref));
    if (known === undefined || known.value.scheduledPurgeDate > clock.seconds()) return known;
    await purgeKnown(ref, known);
    return undefined;
  };

  const page = async <T>(from: Collection<T>, idPrefix: string, request: PageRequest): Promise<Page<T>> => {
    const after = request.after === undefined ? {} : { after: idPrefix + request.after };
    const { items, remaining } = await from.list({ limit: request.limit, idPrefix, ...after });
    const last = items.at(-1);
    const next = remaining > 0 && last !== undefined ? last.id.slice(idPrefix.length) : undefined;
    return { items: items.map((item) => item.value), next };
  };

  return {
    head: async (ref) => (await live.get(headId(ref)))?.value,

    async version(ref, version) {
      const head = (await live.get(headId(ref)))?.value;
      if (head === undefined || head.latest.version === version) return head && { head, found: head.latest };
      const found = (await versions.get(versionId(ref, version)))?.value;
      return found && { head, found };
    },

    value: async (ref, version) => (await values.get(versionId(ref, version)))?.value,

    set: (ref, secret) =>
      settle(async () => {
        if (await readDeleted(ref)) throw deletedButRecoverable(ref.name);
        const id = headId(ref);
        const present = await live.get(id);
        const { value, enabled, ...rest } = secret;
        const now = clock.seconds();
        const latest: SecretVersion = { ...rest, version: randomHex(16), enabled: enabled ?? true, created: now, updated: now };
        const head: SecretHead = { name: present?.value.name ?? ref.name, latest };
        const versionKey = versionId(ref, latest.version);
        const writes = [live.putOperation(id, head), versions.putOperation(versionKey, latest), values.putOperation(versionKey, value)];
        return (await commit(writes, [live.compare(id, present?.revision ?? 0), deleted.compare(id, 0)])) ? { done: head } : undefined;
      }),

    update: ({ version, check, ...ref }, change) =>
      settle(async () => {
        const present = await live.get(headId(ref));
        if (present === undefined) return { done: undefined };
        const target = version ?? present.value.latest.version;
        const known = await versions.get(versionId(ref, target));
        if (known === undefined) return { done: undefined };
        const changed: SecretVersion = { ...known.value, ...change, updated: clock.seconds() };
        check(changed);
        const isLatest = target === present.value.latest.version;
        const head = isLatest ? { ...present.value, latest: changed } : present.value;
        const writes = [versions.putOperation(known.id, changed), ...(isLatest ? [live.putOperation(present.id, head)] : [])];
        const compare = [live.compare(present.id, present.revision), versions.compare(known.id, known.revision)];
        return (await commit(writes, compare)) ? { done: { head, changed } } : undefined;
      }),

    delete: (ref, retentionInDays) =>
      settle(async () => {
        const present = await live.get(headId(ref));
        if (present === undefined) return { done: undefined };
        const deletedDate = clock.seconds();
        const gone: DeletedHead = { ...present.value, deletedDate, scheduledPurgeDate: deletedDate + retentionInDays * secondsPerDay };
        const writes = [live.deleteOperation(present.id), deleted.putOperation(present.id, gone)];
        return (await commit(writes, [live.compare(present.id, present.revision)])) ? { done: gone } : undefined;
      }),

    deletedHead: async (ref) => (await readDeleted(ref))?.value,

    recover: (ref) =>
      settle(async () => {
        const known = await readDeleted(ref);
        if (known === undefined) return { done: undefined };
        const head: SecretHead = { name: known.value.name, latest: known.value.latest };
        const writes = [deleted.deleteOperation(known.id), live.putOperation(known.id, head)];
        return (await commit(writes, [deleted.compare(known.id, known.revision)])) ? { done: head } : undefined;
      }),

    purge: (ref) =>
      settle(async () => {
        const known = await readDeleted(ref);
        if (known === undefined) return { done: false };
        return (await purgeKnown(ref, known)) ? { done: true } : undefined;
      }),

    list: (uid, request) => page(live, vaultId(uid), request),
    async listDeleted(uid, request) {
      const found = await page(deleted, vaultId(uid), request);
      return { ...found, items: found.items.filter((item) => item.scheduledPurgeDate > clock.seconds()) };
    },
    listVersions: (ref, request) => page(versions, versionsId(ref), request),
  };
};

const deletedButRecoverable = (name: string): Refusal =>
  new Refusal(
    'deletedButRecoverable',
    `Secret ${name} is currently in a deleted but recoverable state, and its name cannot be reused; in this state, the secret can only be recovered or purged.`,
  );
