import type { EventRecorder } from '@podpass/kube-client';
import { apiVersion, kinds, type AzureIdentityBinding } from '../../crds/index.ts';
import type { Klog } from '../klog.ts';
import { reasons } from '../wire.ts';

/** What an event or a log line is about. */
export interface Subject {
  readonly binding: AzureIdentityBinding | undefined;
  readonly node: string;
  readonly podNamespace: string;
  readonly pod: string;
  /** Name of the assigned identity. */
  readonly assigned: string;
}

/** Tells people what happened: events at the binding, with upstream's texts, and log lines. */
export interface Announcer {
  applied(subject: Subject): void;
  removed(subject: Subject): void;
  applyFailed(subject: Subject, error: string): void;
  removeFailed(subject: Subject, error: string): void;
  statusFailed(subject: Subject, error: string): void;
}

export const createAnnouncer = (events: EventRecorder, log: Klog): Announcer => {
  const tell = (subject: Subject, event: { type: 'Normal' | 'Warning'; reason: string; message: string }): void => {
    if (event.type === 'Warning') log.error(event.message);
    else log.info(event.message);
    const { binding } = subject;
    if (binding === undefined) return;
    const { namespace, name, uid, resourceVersion } = binding;
    events.record({
      object: { apiVersion, kind: kinds.binding.kind, namespace, name, uid, resourceVersion },
      ...event,
    });
  };
  const nameOf = ({ binding }: Subject): string => (binding === undefined ? '' : `${binding.namespace}/${binding.name}`);
  const place = (subject: Subject): string => `node ${subject.node} for pod ${subject.podNamespace}/${subject.pod}`;
  return {
    applied: (subject) =>
      tell(subject, {
        type: 'Normal',
        reason: reasons.applied,
        message: `Binding ${subject.binding?.name ?? ''} applied on node ${subject.node} for pod ${subject.assigned}`,
      }),
    removed: (subject) =>
      tell(subject, {
        type: 'Normal',
        reason: reasons.removed,
        message: `Binding ${subject.binding?.name ?? ''} removed from node ${subject.node} for pod ${subject.pod}`,
      }),
    applyFailed: (subject, error) =>
      tell(subject, {
        type: 'Warning',
        reason: reasons.applyError,
        message: `failed to apply binding ${nameOf(subject)} ${place(subject)}, error: ${error}`,
      }),
    removeFailed: (subject, error) =>
      tell(subject, {
        type: 'Warning',
        reason: reasons.removeError,
        message: `failed to remove binding ${nameOf(subject)} from ${place(subject)}, error: ${error}`,
      }),
    statusFailed: (subject, error) =>
      tell(subject, {
        type: 'Warning',
        reason: reasons.statusError,
        message: `failed to update assigned identity ${subject.assigned} ${place(subject)}, error: ${error}`,
      }),
  };
};
