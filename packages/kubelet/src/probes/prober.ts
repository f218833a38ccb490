import type { Probe } from '../api/types.ts';
import { pause } from '../time.ts';
import { runProbe, type ProbeContext, type ProbeResult } from './probe.ts';

export interface ProbeReports {
  onReady(ready: boolean): void;
  onStarted(): void;
  /** A probe failed once; for the event. */
  onUnhealthy(kind: 'Readiness' | 'Liveness' | 'Startup', message: string): void;
  /** The container has to be restarted. */
  onDead(kind: 'Liveness' | 'Startup'): void;
}

interface Loop {
  readonly probe: Probe;
  /** Called after every run with the count of equal results in a row; true ends the loop. */
  readonly onResult: (result: ProbeResult, inARow: number) => boolean;
}

const loop = async ({ probe, onResult }: Loop, context: ProbeContext, signal: AbortSignal): Promise<void> => {
  await pause((probe.initialDelaySeconds ?? 0) * 1000, signal);
  let inARow = 0;
  let last: boolean | undefined;
  while (!signal.aborted) {
    const result = await runProbe(probe, context);
    if (signal.aborted) return;
    const good = result === undefined;
    inARow = good === last ? inARow + 1 : 1;
    last = good;
    if (onResult(result, inARow)) return;
    await pause((probe.periodSeconds ?? 10) * 1000, signal);
  }
};

/**
 * Runs a container's probes until `signal` aborts: the startup probe first, then the others side by side. Without
 * probes the container is started and ready at once. Source:
 * https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#container-probes
 */
export const runProbes = async (context: ProbeContext, reports: ProbeReports, signal: AbortSignal): Promise<void> => {
  const { startupProbe, readinessProbe, livenessProbe } = context.container;
  if (startupProbe !== undefined) {
    let alive = false;
    await loop(
      {
        probe: startupProbe,
        onResult(result, inARow) {
          if (result === undefined) alive = true;
          else {
            reports.onUnhealthy('Startup', result);
            if (inARow >= (startupProbe.failureThreshold ?? 3)) reports.onDead('Startup');
          }
          return alive;
        },
      },
      context,
      signal,
    );
    if (!alive || signal.aborted) return;
  }
  reports.onStarted();
  if (readinessProbe === undefined) reports.onReady(true);
  const readiness = readinessProbe && {
    probe: readinessProbe,
    onResult(result: ProbeResult, inARow: number) {
      if (result === undefined && inARow >= (readinessProbe.successThreshold ?? 1)) reports.onReady(true);
      if (result !== undefined) {
        reports.onUnhealthy('Readiness', result);
        if (inARow >= (readinessProbe.failureThreshold ?? 3)) reports.onReady(false);
      }
      return false;
    },
  };
  const liveness = livenessProbe && {
    probe: livenessProbe,
    onResult(result: ProbeResult, inARow: number) {
      if (result === undefined) return false;
      reports.onUnhealthy('Liveness', result);
      const dead = inARow >= (livenessProbe.failureThreshold ?? 3);
      if (dead) reports.onDead('Liveness');
      return dead;
    },
  };
  await Promise.all([readiness, liveness].filter((each) => each !== undefined).map((each) => loop(each, context, signal)));
};
