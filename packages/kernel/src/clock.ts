/**
 * The one source of time. An operator may shift it by an offset or freeze it, so that expiry and rotation can be
 * tested without waiting. All values are milliseconds since the Unix epoch.
 */
export interface Clock {
  /** The platform's time in milliseconds since the epoch. */
  now(): number;
  /** The platform's time in whole seconds since the epoch, as JWT claims use it (RFC 7519 NumericDate). */
  seconds(): number;
  /** The platform's time as a date. */
  date(): Date;
  /** Calls `listener` after every change of offset or freeze. Returns a function that stops it. */
  onChange(listener: () => void): () => void;
}

export interface AdjustableClock extends Clock {
  /** Shifts the platform's time against the machine's by `milliseconds` (may be negative). */
  setOffset(milliseconds: number): void;
  /** Stops the clock at its present value, or at `at`. */
  freeze(at?: number): void;
  /** Lets a frozen clock run on from where it stands. */
  resume(): void;
  readonly state: ClockState;
}

export interface ClockState {
  readonly offset: number;
  readonly frozenAt: number | undefined;
}

/** Creates a clock. `machine` is the machine's own time and is replaced only in tests. */
export const createClock = (initial: Partial<ClockState> = {}, machine: () => number = () => Date.now()): AdjustableClock => {
  let offset = initial.offset ?? 0;
  let frozenAt = initial.frozenAt;
  const listeners = new Set<() => void>();
  const now = () => frozenAt ?? machine() + offset;
  const changed = () => {
    for (const listener of listeners) listener();
  };
  return {
    now,
    seconds: () => Math.floor(now() / 1000),
    date: () => new Date(now()),
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    setOffset(milliseconds) {
      if (frozenAt !== undefined) frozenAt += milliseconds - offset;
      offset = milliseconds;
      changed();
    },
    freeze(at) {
      frozenAt = at ?? now();
      changed();
    },
    resume() {
      if (frozenAt === undefined) return;
      offset = frozenAt - machine();
      frozenAt = undefined;
      changed();
    },
    get state() {
      return { offset, frozenAt };
    },
  };
};
