import { randomOctets, randomText, type Clock } from '@podpass/kernel';
import { collection, transactionOf, type Item, type Operation, type Store } from '@podpass/store';
import type { SignedInAccount } from '../interactive/types.ts';
import { devicePolling, interactiveLifetimes, interactiveLimits, userCodeAlphabet, userCodeLength } from '../interactive/wire.ts';
import { createAging, minutePattern } from './aging.ts';
import { digest } from './stamp.ts';

/** What a device asks for (RFC 8628, 3.1). */
interface DeviceAsk {
  /** Id of the tenant that the request named; undefined for the users' own ones. */
  readonly tenantId?: string;
  readonly clientId: string;
  /** `scope` at version 2, `resource` at version 1. */
  readonly scope: string;
  readonly version: 1 | 2;
}

export interface DeviceRequest extends DeviceAsk {
  readonly userCodeDigest: string;
  readonly issued: number;
  readonly decision?: 'declined' | SignedInAccount;
}

export interface DeviceCodes {
  /** Undefined when the tenant has as many live codes as it may have. */
  issue(ask: DeviceAsk): Promise<{ readonly deviceCode: string; readonly userCode: string } | undefined>;
  /** The undecided request of a user code, in whatever way the user wrote it, with the id under which it is decided. */
  byUserCode(userCode: string): Promise<Item<DeviceRequest> | undefined>;
  byId(id: string): Promise<Item<DeviceRequest> | undefined>;
  /** Returns false when the request is gone, expired or decided already. The user code is worth nothing from then on. */
  decide(id: string, decision: 'declined' | SignedInAccount): Promise<boolean>;
  /** Undefined for what is no device code, or one that is gone. Expired ones are given for a while. */
  find(deviceCode: string): Promise<Item<DeviceRequest> | undefined>;
  isExpired(request: DeviceRequest): boolean;
  /** Whether the device waited for its interval; the interval grows each time that it did not. */
  mayPoll(id: string): boolean;
  /** Takes the request out: true for exactly one caller. */
  redeem(item: Item<DeviceRequest>): Promise<boolean>;
}

/** `1.{tenant or any}.{minute}.{secret}` */
const form = new RegExp(String.raw`^1\.([0-9a-f-]{36}|any)\.(${minutePattern})\.([\w-]{43})$`);

interface Options {
  readonly store: Store;
  readonly clock: Clock;
  /** Milliseconds that never jump: devices wait by their own clocks. */
  readonly monotonic: () => number;
  /** Live codes of one tenant; lowered in tests. */
  readonly most?: number;
}

export const createDeviceCodes = ({ store, clock, monotonic, most = interactiveLimits.deviceCodes }: Options): DeviceCodes => {
  const lifetime = interactiveLifetimes.deviceCode;
  const aging = createAging<DeviceRequest>(store, { prefix: 'sts/device-codes', clock, lifetime });
  const { records } = aging;
  const userCodes = collection<{ readonly id: string }>(store, { prefix: 'sts/device-user-codes' });
  const polls = new Map<string, { readonly last: number; readonly interval: number }>();
  const expired = ({ issued }: DeviceRequest) => clock.seconds() - issued >= lifetime;
  const deletions = ({ id, value }: Item<DeviceRequest>): Operation[] => [
    records.deleteOperation(id),
    userCodes.deleteOperation(value.userCodeDigest),
  ];

  /** The deletions of dead requests, and how many would be left. */
  const makeRoom = async (scope: string) => {
    const dead = await aging.dead(scope);
    const { items, remaining } = await records.list({ idPrefix: scope, limit: 1 });
    return { left: items.length + remaining - dead.length, operations: dead.flatMap(deletions) };
  };

  return {
    async issue(ask) {
      const scope = ask.tenantId ?? 'any';
      const { left, operations } = await makeRoom(`${scope}/`);
      if (left >= most) {
        await store.txn(transactionOf(operations));
        return undefined;
      }
      const minute = aging.minute();
      const deviceCode = `1.${scope}.${minute}.${randomOctets(32).toString('base64url')}`;
      const userCode = randomText(userCodeLength, userCodeAlphabet);
      const userCodeDigest = digest(userCode);
      const id = `${scope}/${minute}/${digest(deviceCode)}`;
      const puts = [
        records.putOperation(id, { ...ask, userCodeDigest, issued: clock.seconds() }),
        userCodes.putOperation(userCodeDigest, { id }),
      ];
      const { succeeded } = await store.txn(transactionOf([...puts, ...operations], [userCodes.compare(userCodeDigest, 0)]));
      return succeeded ? { deviceCode, userCode } : undefined;
    },
    async byUserCode(userCode) {
      const plain = userCode.replaceAll(/[\s-]/g, '').toUpperCase();
      if (plain.length !== userCodeLength) return undefined;
      const pointer = await userCodes.get(digest(plain));
      const item = pointer && (await records.get(pointer.value.id));
      return item && !expired(item.value) && item.value.decision === undefined ? item : undefined;
    },
    byId: (id) => records.get(id),
    async decide(id, decision) {
      const item = await records.get(id);
      if (!item || expired(item.value) || item.value.decision !== undefined) return false;
      const operations = [records.putOperation(id, { ...item.value, decision }), userCodes.deleteOperation(item.value.userCodeDigest)];
      return (await store.txn(transactionOf(operations, [records.compare(id, item.revision)]))).succeeded;
    },
    async find(deviceCode) {
      const [, scope, minute] = form.exec(deviceCode) ?? [];
      return scope === undefined || minute === undefined ? undefined : records.get(`${scope}/${minute}/${digest(deviceCode)}`);
    },
    isExpired: expired,
    mayPoll(id) {
      const now = monotonic();
      const { last, interval } = polls.get(id) ?? { last: Number.NEGATIVE_INFINITY, interval: devicePolling.interval };
      // Half a second of grace: a device that waits exactly its interval must not be early for the network's sake.
      const early = now - last < interval * 1000 - 500;
      polls.delete(id);
      const [oldest] = polls.size >= interactiveLimits.deviceCodes ? polls.keys() : [];
      if (oldest !== undefined) polls.delete(oldest);
      polls.set(id, { last: now, interval: early ? Math.min(interval + devicePolling.penalty, devicePolling.most) : interval });
      return !early;
    },
    async redeem(item) {
      polls.delete(item.id);
      return (await store.txn(transactionOf(deletions(item), [records.compare(item.id, item.revision)]))).succeeded;
    },
  };
};
