import { messageOf } from '@podpass/kernel';
import { pause } from '@podpass/kube-client';
import { limits } from '../wire.ts';
import type { Site } from './context.ts';
import { runRound, type RoundOptions, type RoundResult } from './round.ts';
import { reconcileSite } from './reconcile.ts';

/** Works on one scale set, one round after the other. What comes in during a round is the next round's. */
export interface Worker {
  readonly site: Site;
  enqueue(key: string): void;
  /** Has the identities of the scale set looked at; `needed` is asked when it is done. */
  reconcile(needed: () => ReadonlySet<string>): void;
  /** Starts a round even without keys, for what was left behind or is missing. */
  kick(): void;
  readonly idle: boolean;
  /** Resolves once no round is under way. */
  settle(): Promise<void>;
}

export interface WorkerOptions extends Pick<RoundOptions, 'context' | 'site' | 'siteOf'> {
  /** Claims the keys for a round; those that another worker holds are left out. */
  readonly claim: (keys: readonly string[]) => readonly string[];
  /** Called after a round with its keys and what became of them. */
  readonly done: (keys: readonly string[], result: RoundResult) => void;
}

/** Waits for the next round only when rounds follow each other without rest: a first change is never delayed. */
const createPacer = () => {
  let rounds = 0;
  let last = 0;
  return (signal: AbortSignal): Promise<void> => {
    const rest = performance.now() - last;
    if (rest > limits.calm) rounds = 0;
    rounds += 1;
    last = performance.now();
    return rounds <= limits.burst || rest >= limits.pace ? Promise.resolve() : pause(limits.pace - rest, signal);
  };
};

export const createWorker = ({ context, site, siteOf, claim, done }: WorkerOptions): Worker => {
  const { signal, log, metrics } = context;
  const todo = new Set<string>();
  let needed: (() => ReadonlySet<string>) | undefined;
  let kicked = false;
  let running = false;
  let current: Promise<void> = Promise.resolve();
  let blockedUntil = 0;
  const pace = createPacer();

  const round = async (keys: readonly string[]): Promise<void> => {
    const begun = performance.now();
    let result: RoundResult = { failed: new Set(keys), pause: 0 };
    try {
      result = await runRound({ context, site, siteOf, keys });
      if (result.pause > 0) blockedUntil = performance.now() + result.pause;
    } catch (thrown) {
      log.error(`a round on ${site.id} failed, error: ${messageOf(thrown)}`);
    }
    metrics.micCycles.increment();
    metrics.micCycleDuration.observe((performance.now() - begun) / 1_000);
    done(keys, result);
  };
  const run = async (): Promise<void> => {
    while (!signal.aborted && (todo.size > 0 || needed !== undefined || kicked)) {
      await pace(signal);
      const blocked = blockedUntil - performance.now();
      if (blocked > 0) await pause(blocked, signal);
      if (signal.aborted) return;
      kicked = false;
      const keys = claim([...todo]);
      todo.clear();
      if (keys.length > 0 || site.left.size > 0 || site.missing.size > 0) await round(keys);
      const look = needed;
      needed = undefined;
      if (look !== undefined) await reconcileSite(context, site, look());
    }
  };
  const start = (): void => {
    if (running || signal.aborted) return;
    running = true;
    current = run()
      .catch((thrown: unknown) => log.error(`work on ${site.id} ended, error: ${messageOf(thrown)}`))
      .finally(() => {
        running = false;
        if (todo.size > 0) start();
      });
  };
  return {
    site,
    enqueue(key) {
      todo.add(key);
      start();
    },
    reconcile(look) {
      needed = look;
      start();
    },
    kick() {
      kicked = true;
      start();
    },
    settle: () => current,
    get idle() {
      return !running;
    },
  };
};
