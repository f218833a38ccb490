import { messageOf } from '@podpass/kernel';
import type { Subscription, WatchListener } from '../types.ts';
import type { Step } from './evaluate.ts';

interface Watcher {
  readonly prefix: string;
  readonly listener: WatchListener;
  /** The last revision that this watcher was shown; keeps one added amid a delivery from seeing it twice. */
  seen: number;
}

export interface Watchers {
  /** Shows `history` to the listener, then every later change. */
  add(prefix: string, history: { from: number; changes: readonly Step[] }, listener: WatchListener): Subscription;
  deliver(change: Step): void;
  clear(): void;
}

/** Fans changes out. A listener that throws breaks its contract: it is reported, and the others still hear the change. */
export const createWatchers = (report: (message: string) => void): Watchers => {
  const watchers = new Set<Watcher>();
  const show = (watcher: Watcher, change: Step): void => {
    if (change.revision <= watcher.seen) return;
    watcher.seen = change.revision;
    const events = change.events.filter((event) => event.key.startsWith(watcher.prefix));
    if (events.length === 0) return;
    try {
      watcher.listener(events);
    } catch (thrown) {
      report(`A watch listener failed at revision ${change.revision}: ${messageOf(thrown)}`);
    }
  };
  return {
    add(prefix, { from, changes }, listener) {
      const watcher: Watcher = { prefix, listener, seen: from };
      for (const change of changes) show(watcher, change);
      watchers.add(watcher);
      return { close: () => void watchers.delete(watcher) };
    },
    deliver(change) {
      for (const watcher of watchers) show(watcher, change);
    },
    clear: () => watchers.clear(),
  };
};
