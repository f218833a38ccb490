import { isObject } from '@podpass/kernel';
import { formatId, idKey } from '../resource-id.ts';
import type { ArmAnswer, ArmRequest, Method } from '../provider.ts';
import { scopeOf } from './authorize.ts';
import { settled, type Dispatch, type Flow, type Phase } from './flow.ts';

const requestOf = (flow: Flow, { arm }: Dispatch): ArmRequest => {
  const found = settled(flow.found, 'the operation');
  const target = settled(flow.target, 'the target');
  return {
    id: flow.exchange.id,
    method: found.operation.method,
    apiVersion: settled(flow.apiVersion, 'the api-version'),
    origin: flow.origin,
    path: `/${settled(flow.segments, 'the path').join('/')}`,
    query: flow.exchange.query,
    headers: flow.exchange.headers,
    caller: settled(flow.caller, 'the caller'),
    param: (name) => settled(found.params.get(name), `the path parameter ${name}`),
    target,
    targetId: formatId(target) === '/' ? '/' : `/${found.scope.join('/')}`,
    get subscription() {
      return settled(flow.subscription, 'the subscription');
    },
    get group() {
      return settled(flow.group, 'the resource group');
    },
    arm,
  };
};

/** Leaves those items of a list that the caller may read. */
const trimmed = (answer: ArmAnswer, flow: Flow, { arm }: Dispatch): ArmAnswer => {
  const { access } = settled(flow.found, 'the operation').operation;
  if (access.kind !== 'action' || access.trim === undefined) return answer;
  const caller = settled(flow.caller, 'the caller');
  const { action, trim } = access;
  if (arm.access.check({ caller, action, scope: scopeOf(flow), plane: 'control' }).allowed) return answer;
  const items = answer.body !== undefined && 'value' in answer.body && Array.isArray(answer.body.value) ? answer.body.value : [];
  const seen = items.filter((item: unknown) => {
    if (!isObject(item)) return false;
    const { id: scope, type } = item;
    const wanted = trim === true ? action : typeof type === 'string' ? `${type}/read` : undefined;
    if (typeof scope !== 'string' || wanted === undefined) return false;
    return arm.access.check({ caller, action: wanted, scope, plane: 'control' }).allowed;
  });
  return { ...answer, body: { ...answer.body, value: seen } };
};

const reads = new Set<Method>(['GET', 'HEAD']);

/** Runs the operation; writes to one resource wait for each other, so that none is lost. */
export const callHandler: Phase = async (flow, dispatch) => {
  const { operation } = settled(flow.found, 'the operation');
  const run = settled(flow.run, 'the handler');
  const request = requestOf(flow, dispatch);
  const key = operation.lock?.(request.param) ?? idKey(scopeOf(flow));
  const answer = reads.has(operation.method) ? await run(request) : await dispatch.locks.run(key, () => run(request));
  flow.answer = trimmed(answer, flow, dispatch);
};
