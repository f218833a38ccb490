import { fail } from '../errors.ts';
import { settled, type Phase } from './flow.ts';

/**
 * Providers are registered in every subscription from the start; one that was unregistered refuses requests until it is
 * registered again. Clients read the namespace out of this error's text and register by themselves.
 */
export const checkRegistration: Phase = (flow, { arm }) => {
  if (flow.subscription === undefined || flow.exchange.method === 'GET' || flow.exchange.method === 'HEAD') return;
  const { operation } = settled(flow.found, 'the operation');
  const namespace = /.*\/providers\/([^/{]+)/.exec(operation.path)?.[1];
  if (namespace === undefined) return;
  if (arm.subscriptions.registration(flow.subscription.subscriptionId, namespace) === 'NotRegistered') {
    throw fail('MissingSubscriptionRegistration', { namespace });
  }
};
