import { messageOf } from '@podpass/kernel';
import type { PodEvents } from '../api/events.ts';
import { namespaceOf, type Pod } from '../api/types.ts';
import { pause } from '../time.ts';
import type { NodeNetwork, PodNetwork } from '../types.ts';
import { mount } from '../wire.ts';

export interface Attachment {
  /** Brings the pod into the network, trying again until it is there. False when the pod ended first. */
  attach(): Promise<boolean>;
  /** What the network gave the pod; stays known after its end, for the status. */
  known(): PodNetwork | undefined;
  /** Gives everything back. Call it when the pod's processes are gone; may be called twice. */
  detach(): Promise<void>;
}

export interface AttachmentOptions {
  readonly network: NodeNetwork | undefined;
  readonly pod: Pod;
  readonly events: PodEvents;
  /** Aborted when the pod ends. */
  readonly signal: AbortSignal;
}

/** A pod's place in the node's network, from before its first container until after its last. */
export const createAttachment = ({ network, pod, events, signal }: AttachmentOptions): Attachment => {
  const { uid, name } = pod.metadata;
  let known: PodNetwork | undefined;
  let begun = false;
  let over: Promise<void> | undefined;
  return {
    async attach() {
      if (network === undefined) return !signal.aborted;
      for (let wait: number = mount.retryShortest; !signal.aborted; wait = Math.min(wait * 2, mount.retryLongest)) {
        begun = true;
        try {
          known = await network.attach({ uid, namespace: namespaceOf(pod), name, hostNetwork: pod.spec.hostNetwork === true });
          return !signal.aborted;
        } catch (thrown) {
          const message = `Failed to create pod sandbox: failed to setup network for sandbox: ${messageOf(thrown)}`;
          events.pod(pod, { type: 'warning', reason: 'FailedCreatePodSandBox', message });
          await pause(wait, signal);
        }
      }
      return false;
    },
    known: () => known,
    async detach() {
      if (begun) over ??= network?.detach(uid);
      await over;
    },
  };
};
