import { randomBelow } from '@podpass/kernel';
import { specOf, text } from '../object/read.ts';
import type { KubeObject } from '../object/types.ts';
import type { Registry } from '../registry/registry.ts';
import { resourceOf } from '../resources/lookup.ts';
import { serviceRange } from '../wire.ts';
import type { Strategy } from './types.ts';

const services = resourceOf('', 'services');

/** A free address of the service range. Random, so that two creations at the same time do not choose the same one. */
const allocate = (registry: Registry): string => {
  const used = new Set(registry.mirror.list(services, '').map((service) => text(specOf(service)['clusterIP'])));
  for (;;) {
    const address = `${serviceRange.prefix}.${randomBelow(255)}.${1 + randomBelow(254)}`;
    if (!used.has(address) && address !== serviceRange.kubernetes) return address;
  }
};

/** Gives the service its address and what follows from it. */
const withAddress = (service: KubeObject, address: string): void => {
  const spec = specOf(service);
  if (text(spec['type']) === 'ExternalName') return;
  const base = { ...spec, clusterIP: address, clusterIPs: [address] };
  service['spec'] = { ...base, ipFamilies: spec['ipFamilies'] ?? ['IPv4'], ipFamilyPolicy: spec['ipFamilyPolicy'] ?? 'SingleStack' };
};

export const serviceStrategy: Strategy = {
  prepareCreate(service, registry) {
    service['status'] = { loadBalancer: {} };
    withAddress(service, text(specOf(service)['clusterIP']) || allocate(registry));
  },
  prepareUpdate(next, current) {
    const spec = specOf(next);
    const before = specOf(current);
    if (text(spec['clusterIP']) === '' && text(before['clusterIP']) !== '') withAddress(next, text(before['clusterIP']));
  },
  checkUpdate(next, current) {
    const before = text(specOf(current)['clusterIP']);
    const after = text(specOf(next)['clusterIP']);
    if (before === '' || before === after || text(specOf(next)['type']) === 'ExternalName') return [];
    return [{ reason: 'FieldValueInvalid', field: 'spec.clusterIPs[0]', message: `Invalid value: ["${after}"]: may not change once set` }];
  },
};
