import type { Caller } from '@podpass/directory';
import { fail } from '../errors.ts';
import type { ArmServices } from '../provider.ts';
import { groupId } from '../resource-id.ts';
import { settled, type Flow, type Phase } from './flow.ts';

/** The path without the last literal word of its template: a list's parent, or the resource that an action is done to. */
export const scopeOf = (flow: Pick<Flow, 'segments' | 'found'>): string => {
  const segments = settled(flow.segments, 'the path');
  const template = settled(flow.found, 'the operation').operation.path;
  const isResource = template.endsWith('}');
  return `/${(isResource ? segments : segments.slice(0, -1)).join('/')}`;
};

/** The subscription or resource group that a list looks through: a role on anything inside it lets its holder look. */
const containerOf = (flow: Flow): string => {
  const { subscriptionId } = settled(flow.subscription, 'the subscription');
  const group = flow.found?.params.get('resourceGroupName');
  return group === undefined ? `/subscriptions/${subscriptionId}` : groupId(subscriptionId, group);
};

/** Actions may name a path parameter, such as `{resourceProviderNamespace}/register/action`. */
const actionOf = (action: string, params: ReadonlyMap<string, string>) =>
  action.replaceAll(/\{(\w+)\}/g, (whole, name: string) => params.get(name) ?? whole);

const refused = (caller: Caller, action: string, scope: string) =>
  fail('AuthorizationFailed', { label: caller.label, objectId: caller.objectId, action, scope });

const mayPoll = (flow: Flow, arm: ArmServices, caller: Caller, action: string): boolean => {
  const row = arm.operations.get(flow.found?.params.get('operationId') ?? '');
  if (row === undefined || row.subscriptionId !== flow.subscription?.subscriptionId) return false;
  return row.initiator === caller.objectId || arm.access.check({ caller, action, scope: row.target, plane: 'control' }).allowed;
};

/** May the caller do this, here? The answer comes from the operation's own row. */
export const authorize: Phase = (flow, { arm }) => {
  const { access } = settled(flow.found, 'the operation').operation;
  if (access.kind === 'signed-in') return;
  const caller = settled(flow.caller, 'the caller');
  const scope = scopeOf(flow);
  if (access.kind === 'member') {
    if (arm.access.reaches(caller, containerOf(flow))) return;
    throw refused(caller, 'Microsoft.Resources/subscriptions/read', scope);
  }
  const action = actionOf(access.action, settled(flow.found, 'the operation').params);
  if (access.kind === 'operation' && mayPoll(flow, arm, caller, action)) return;
  if (arm.access.check({ caller, action, scope, plane: 'control' }).allowed) return;
  if (access.kind === 'action' && access.trim !== undefined && arm.access.reaches(caller, containerOf(flow))) return;
  throw refused(caller, action, scope);
};
