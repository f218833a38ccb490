import { messageOf, type JsonObject } from '@podpass/kernel';
import { isKubeStatus, type KubeClient } from '@podpass/kube-client';
import type { Logger } from '@podpass/telemetry';
import { namespaceOf, type Pod, type PodStatus } from '../api/types.ts';
import { pause } from '../time.ts';
import { api as limits, paths } from '../wire.ts';

export interface StatusReporter {
  /** Reports this status; a newer one overtakes those that were not sent yet. */
  report(status: PodStatus): void;
  /** Waits until the newest status was sent, or cannot be. */
  settle(): Promise<void>;
}

/** Members that an earlier status may have had and that a merge patch must take away. */
const cleared = { reason: null, message: null };

/** Writes a pod's status, one patch at a time; the uid in the patch keeps it from a later pod of the same name. */
export const createStatusReporter = (options: { api: KubeClient; pod: Pod; log: Logger; signal: AbortSignal }): StatusReporter => {
  const { api, pod, log, signal } = options;
  let waiting: PodStatus | undefined;
  let sent = '';
  let running: Promise<void> | undefined;
  let gone = false;

  const send = async (status: PodStatus): Promise<void> => {
    const text = JSON.stringify(status);
    if (text === sent) return;
    const body: JsonObject = { metadata: { uid: pod.metadata.uid }, status: { ...cleared, ...(JSON.parse(text) as JsonObject) } };
    await api.patch(`${paths.pod(namespaceOf(pod), pod.metadata.name)}/status`, body, signal);
    sent = text;
  };

  const work = async (): Promise<void> => {
    let wait: number = limits.retryShortest;
    while (waiting !== undefined && !signal.aborted) {
      const status = waiting;
      waiting = undefined;
      try {
        await send(status);
        wait = limits.retryShortest;
      } catch (thrown) {
        // Gone, or another pod by now: nobody is interested any more.
        if (isKubeStatus(thrown, 404, 409)) {
          gone = true;
          return;
        }
        log.debug({ pod: pod.metadata.name }, `Pod status was not reported: ${messageOf(thrown)}`);
        waiting ??= status;
        await pause(wait, signal);
        wait = Math.min(wait * 2, limits.retryLongest);
      }
    }
  };

  const begin = (): void => {
    running ??= work().finally(() => {
      running = undefined;
      // What was reported between the last look and now must not be forgotten.
      if (waiting !== undefined && !gone && !signal.aborted) begin();
    });
  };

  return {
    report(status) {
      if (gone) return;
      waiting = status;
      begin();
    },
    async settle() {
      while (running !== undefined) await running;
    },
  };
};
