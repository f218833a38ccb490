import type { JsonObject } from '@podpass/kernel';
import { created, labelSelectorText } from './core.ts';
import { listAt, numberAt, textAt } from './read.ts';
import type { Renderer } from './renderer.ts';

const subjects = (binding: JsonObject, kind: string): string =>
  listAt(binding, 'subjects')
    .filter((subject) => subject['kind'] === kind)
    .map((subject) => (kind === 'ServiceAccount' ? `${textAt(subject, 'namespace')}/${textAt(subject, 'name')}` : textAt(subject, 'name')))
    .join(', ');

export const bindings: Renderer = {
  columns: ['Role', 'Age', '*Users', '*Groups', '*ServiceAccounts'],
  cells: (binding, now) => [
    `${textAt(binding, 'roleRef.kind')}/${textAt(binding, 'roleRef.name')}`,
    created(binding, now),
    subjects(binding, 'User'),
    subjects(binding, 'Group'),
    subjects(binding, 'ServiceAccount'),
  ],
};

/** Roles and resource definitions show the moment of their creation instead of their age. */
export const createdAt: Renderer = { columns: ['Created At'], cells: (object) => [textAt(object, 'metadata.creationTimestamp')] };

export const webhookConfigurations: Renderer = {
  columns: ['Webhooks', 'Age'],
  cells: (object, now) => [listAt(object, 'webhooks').length, created(object, now)],
};

export const leases: Renderer = {
  columns: ['Holder', 'Age'],
  cells: (lease, now) => [textAt(lease, 'spec.holderIdentity'), created(lease, now)],
};

export const disruptionBudgets: Renderer = {
  columns: ['Min Available', 'Max Unavailable', 'Allowed Disruptions', 'Age'],
  cells: (budget, now) => [
    amount(budget, 'minAvailable'),
    amount(budget, 'maxUnavailable'),
    numberAt(budget, 'status.disruptionsAllowed'),
    created(budget, now),
  ],
};

const amount = (budget: JsonObject, name: string): string => {
  const number = numberAt(budget, `spec.${name}`, -1);
  return textAt(budget, `spec.${name}`) || (number < 0 ? 'N/A' : String(number));
};

export const policies: Renderer = {
  columns: ['Pod-Selector', 'Age'],
  cells: (policy, now) => [labelSelectorText(policy, 'spec.podSelector'), created(policy, now)],
};
