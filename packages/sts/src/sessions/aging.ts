import type { Clock } from '@podpass/kernel';
import { collection, type Collection, type Item, type Operation, type Store } from '@podpass/store';

/**
 * Records that die of age. Their ids begin with the minute of their birth, so that the oldest are the first of the collection: every
 * writer takes some dead ones along, and nothing ever lists them all.
 */
export interface AgingCollection<T> {
  readonly records: Collection<T>;
  /** The beginning of a new record's id. */
  minute(): string;
  /** The oldest records that are past their lifetime, at most fifty. `under` limits it to ids that begin so, the minute following. */
  dead(under?: string): Promise<readonly Item<T>[]>;
  /** Operations that delete them. */
  sweep(): Promise<readonly Operation[]>;
}

const digits = 10;
const atOnce = 50;
/** The form of `minute()`, for the patterns of handles. */
export const minutePattern = String.raw`\d{${digits}}`;

/** `lifetime` in seconds. A record may stay a little longer; whoever reads one checks its age. */
export const createAging = <T>(
  store: Store,
  { prefix, clock, lifetime }: { readonly prefix: string; readonly clock: Clock; readonly lifetime: number },
): AgingCollection<T> => {
  const records = collection<T>(store, { prefix });
  const minuteOf = (seconds: number) => String(Math.max(0, Math.floor(seconds / 60))).padStart(digits, '0');
  const dead = async (under = '') => {
    const limit = under + minuteOf(clock.seconds() - lifetime - 60);
    const { items } = await records.list({ idPrefix: under, limit: atOnce });
    return items.filter(({ id }) => id < limit);
  };
  return {
    records,
    minute: () => minuteOf(clock.seconds()),
    dead,
    sweep: async () => (await dead()).map(({ id }) => records.deleteOperation(id)),
  };
};
