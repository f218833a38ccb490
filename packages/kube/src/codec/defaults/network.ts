import { ensure, fill, items, type Draft } from './fill.ts';

/** clusterIP, clusterIPs, ipFamilies and node ports are allocated by the API server, not defaulted here. */
export const defaultService = (draft: Draft): void => {
  const spec = ensure(draft, 'spec');
  fill(spec, { type: 'ClusterIP', sessionAffinity: 'None' });
  if (spec['sessionAffinity'] === 'ClientIP') fill(ensure(ensure(spec, 'sessionAffinityConfig'), 'clientIP'), { timeoutSeconds: 10_800 });
  for (const port of items(spec, 'ports')) {
    fill(port, { protocol: 'TCP' });
    const target = port['targetPort'];
    if (target === undefined || target === null || target === 0 || target === '') port['targetPort'] = port['port'];
  }
  if (spec['type'] === 'ExternalName') return;
  fill(spec, { internalTrafficPolicy: 'Cluster' });
  if (spec['type'] === 'NodePort' || spec['type'] === 'LoadBalancer') fill(spec, { externalTrafficPolicy: 'Cluster' });
  if (spec['type'] === 'LoadBalancer') fill(spec, { allocateLoadBalancerNodePorts: true });
};

export const defaultEndpoints = (draft: Draft): void => {
  for (const subset of items(draft, 'subsets')) for (const port of items(subset, 'ports')) fill(port, { protocol: 'TCP' });
};

export const defaultEndpointSlice = (draft: Draft): void => {
  for (const port of items(draft, 'ports')) fill(port, { name: '', protocol: 'TCP' });
};

export const defaultNetworkPolicy = (draft: Draft): void => {
  const spec = ensure(draft, 'spec');
  const rules = [...items(spec, 'ingress'), ...items(spec, 'egress')];
  for (const rule of rules) for (const port of items(rule, 'ports')) fill(port, { protocol: 'TCP' });
  const egress = items(spec, 'egress').length > 0;
  fill(spec, { policyTypes: egress ? ['Ingress', 'Egress'] : ['Ingress'] });
};

export const defaultIngress = (draft: Draft): void => {
  ensure(draft, 'spec');
};
