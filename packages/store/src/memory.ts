import { createStore, type Log } from './core/store.ts';
import type { Store } from './types.ts';

const nowhere: Log = { append() {}, forget() {}, sweep: () => Promise.resolve(), close() {} };

/** A store that lives and dies with the process; everything else is as in the durable drivers. */
export const createMemoryStore = (): Store =>
  createStore({ log: nowhere, schedule: queueMicrotask, report: (message) => process.emitWarning(message) });
