import { isGuid } from '@podpass/kernel';
import { fail } from '../errors.ts';
import { parseId, type ParsedId } from '../resource-id.ts';
import { settled, type Phase } from './flow.ts';

const subscriptionOf = (target: ParsedId): string | undefined =>
  target.kind === 'root' || target.kind === 'management-group' ? undefined : target.subscriptionId;

/** The subscription must exist, and the caller's token must come from its tenant. */
export const findSubscription: Phase = (flow, { arm, profile }) => {
  const found = settled(flow.found, 'the operation');
  const target = parseId(found.scope.length === 0 ? '/' : `/${found.scope.join('/')}`);
  if (target === undefined) throw fail('InvalidRequestUri', { problem: 'it does not begin with the id of a scope' });
  flow.target = target;
  const id = found.params.get('subscriptionId') ?? subscriptionOf(target);
  if (id === undefined) return;
  if (!isGuid(id)) throw fail('InvalidSubscriptionId', { subscription: id });
  const subscription = arm.subscriptions.get(id);
  if (subscription === undefined) throw fail('SubscriptionNotFound', { subscription: id });
  const caller = settled(flow.caller, 'the caller');
  if (caller.tenantId.toLowerCase() !== subscription.tenantId) {
    throw fail('InvalidAuthenticationTokenTenant', { issuer: caller.issuer, tenant: subscription.tenantId, login: profile.login });
  }
  flow.subscription = subscription;
};
