import { fail } from '../errors.ts';
import { namespaceOf } from './api-version.ts';
import { settled, type Phase } from './flow.ts';

/** Refuses what is not there, in the resource manager's own words. */
export const requireRoute: Phase = (flow, { arm }) => {
  const routed = settled(flow.routed, 'the route');
  if (routed.kind === 'found') return;
  if (routed.kind === 'method') throw fail('MethodNotAllowed', { method: flow.exchange.method.slice(0, 20) });
  const segments = settled(flow.segments, 'the path');
  const place = namespaceOf(segments);
  if (place === undefined) {
    const type = segments.at(2);
    if (segments[0]?.toLowerCase() !== 'subscriptions' || type === undefined) throw fail('MissingSubscription');
    throw fail('InvalidResourceType', { type, namespace: 'Microsoft.Resources', version: flow.apiVersion ?? '' });
  }
  const known = arm.providers.some((provider) => provider.namespace.toLowerCase() === place.namespace.toLowerCase());
  if (!known) throw fail('InvalidResourceNamespace', { namespace: place.namespace });
  throw fail('InvalidResourceType', { ...place, version: flow.apiVersion ?? '' });
};
