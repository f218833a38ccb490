import { messageOf, newGuid, type Clock } from '@podpass/kernel';
import { collection, mirror, transactionOf, type Store } from '@podpass/store';
import type { Logger } from '@podpass/telemetry';
import { ArmError } from './fault.ts';
import { operationRetention } from './wire.ts';

export type OperationStatus = 'InProgress' | 'Succeeded' | 'Failed';

/** One long-running operation, as it is stored: polling goes on after a restart. */
export interface LongOperation {
  readonly id: string;
  readonly tenantId: string;
  readonly subscriptionId: string;
  /** Id of the resource that it works on. */
  readonly target: string;
  /** Object id of the caller who started it. */
  readonly initiator: string;
  readonly status: OperationStatus;
  /** Milliseconds since the epoch. */
  readonly startTime: number;
  readonly endTime: number | undefined;
  readonly error: { readonly code: string; readonly message: string } | undefined;
}

interface OperationStart {
  readonly tenantId: string;
  readonly subscriptionId: string;
  readonly target: string;
  readonly initiator: string;
  /** Done in the background, after the operation is durable. What it throws becomes the operation's error. */
  readonly work: () => Promise<void>;
}

export interface Operations {
  get(id: string): LongOperation | undefined;
  /** Settles once the operation is durable; the work has begun then, and may even be over. */
  start(start: OperationStart): Promise<LongOperation>;
  /** Settles when no work is running. */
  idle(): Promise<void>;
  close(): Promise<void>;
}

/** What an operation becomes whose process ended before it did. */
const interrupted = {
  code: 'OperationInterrupted',
  message: 'The platform was stopped while the operation was running. Read the resource to see what was done, then repeat the request.',
};

/** How long `close` waits for running work, in milliseconds. What is not done by then is marked at the next start. */
const closeWait = 1000;

export const createOperations = async (options: { store: Store; clock: Clock; log: Logger }): Promise<Operations> => {
  const { store, clock, log } = options;
  const rows = collection<LongOperation>(store, { prefix: 'arm/operations' });
  const held = await mirror(store, rows);
  const running = new Set<Promise<void>>();
  let closed = false;

  for (const row of Array.from(held.values()).filter((each) => each.status === 'InProgress')) {
    await rows.put(row.id, { ...row, status: 'Failed', endTime: clock.now(), error: interrupted });
  }

  /** Long-finished operations go whenever a new one starts, so the list stays as short as the traffic. */
  const sweep = async () => {
    const old = clock.now() - operationRetention;
    const gone = [...held.values()].filter((row) => row.endTime !== undefined && row.endTime < old).slice(0, 50);
    if (gone.length > 0) await store.txn(transactionOf(gone.map((row) => rows.deleteOperation(row.id))));
  };

  const errorOf = (thrown: unknown) => {
    if (thrown instanceof ArmError) return { code: thrown.code, message: thrown.message };
    return {
      code: 'InternalOperationError',
      message: 'The operation failed for an internal reason; the log of the platform has the details.',
    };
  };

  /** Work that outlives `close` no longer has a say: the next start has its own view of it. */
  const settle = async (row: LongOperation) => {
    if (!closed) await rows.put(row.id, { ...row, endTime: clock.now() });
  };

  const run = async (row: LongOperation, work: () => Promise<void>) => {
    try {
      await work();
    } catch (thrown) {
      log.error({ operation: row.id, target: row.target, error: messageOf(thrown) }, 'long-running operation failed');
      return settle({ ...row, status: 'Failed', error: errorOf(thrown) });
    }
    return settle({ ...row, status: 'Succeeded' });
  };

  const idle = async () => {
    while (running.size > 0) await Promise.allSettled(running);
  };

  return {
    get: (id) => held.get(id.toLowerCase()),
    async start({ work, ...facts }) {
      await sweep();
      const row: LongOperation = {
        id: newGuid(),
        ...facts,
        status: 'InProgress',
        startTime: clock.now(),
        endTime: undefined,
        error: undefined,
      };
      await rows.put(row.id, row);
      const settled = run(row, work)
        .catch((thrown: unknown) => log.error({ operation: row.id, error: messageOf(thrown) }, 'operation state could not be written'))
        .finally(() => running.delete(settled));
      running.add(settled);
      return row;
    },
    idle,
    async close() {
      const limit = new Promise<void>((resolve) => void setTimeout(resolve, closeWait).unref());
      await Promise.race([idle(), limit]);
      closed = true;
      held.close();
    },
  };
};
