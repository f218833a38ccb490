import { performance } from 'node:perf_hooks';
import type { Clock } from '@podpass/kernel';
import type { Store } from '@podpass/store';
import { createBrowserSessions, type BrowserSessions } from '../sessions/browser-sessions.ts';
import { createDeviceCodes, type DeviceCodes } from '../sessions/device-codes.ts';
import { createGuessLimit, type GuessLimit } from '../sessions/guessing.ts';
import { createTickets, type Tickets } from './tickets.ts';

/** The state of browser and device sign-ins. All of it is in the store but the counts of guesses and polls, which a restart forgets. */
export interface InteractiveSignIn {
  readonly sessions: BrowserSessions;
  readonly tickets: Tickets;
  readonly devices: DeviceCodes;
  readonly guesses: GuessLimit;
}

/** `monotonic` gives milliseconds that never jump, for the intervals of devices and the limits on guesses. */
export const createInteractiveSignIn = ({
  store,
  clock,
  monotonic = () => performance.now(),
}: {
  readonly store: Store;
  readonly clock: Clock;
  readonly monotonic?: () => number;
}): InteractiveSignIn => ({
  sessions: createBrowserSessions(store, clock),
  tickets: createTickets({ store, clock }),
  devices: createDeviceCodes({ store, clock, monotonic }),
  guesses: createGuessLimit(monotonic),
});
