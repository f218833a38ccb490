import { availableParallelism, totalmem } from 'node:os';
import { namespaceOf, type Container, type Pod, type ResourceFieldRef } from '../api/types.ts';
import { podAddress } from '../wire.ts';

/** The addresses that a pod is told about itself. */
export interface PodAddresses {
  readonly ip: string;
  readonly hostIp: string;
}

/** Without a pod network all pods share the machine's. */
const sharedAddresses: PodAddresses = { ip: podAddress, hostIp: podAddress };

const quoted = (pairs: Readonly<Record<string, string>> | undefined): string =>
  Object.entries(pairs ?? {})
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
    .join('\n');

/**
 * The value of a field of the pod (`metadata.name`, `metadata.labels['x']`, `status.podIP`…), undefined for fields that
 * cannot be referred to. Source: https://kubernetes.io/docs/concepts/workloads/pods/downward-api/
 */
export const fieldValue = (pod: Pod, fieldPath: string, addresses: PodAddresses = sharedAddresses): string | undefined => {
  const { metadata, spec } = pod;
  const [, map, key] = /^metadata\.(labels|annotations)\['(.*)'\]$/u.exec(fieldPath) ?? [];
  if (key !== undefined) return (map === 'labels' ? metadata.labels : metadata.annotations)?.[key] ?? '';
  switch (fieldPath) {
    case 'metadata.name':
      return metadata.name;
    case 'metadata.namespace':
      return namespaceOf(pod);
    case 'metadata.uid':
      return metadata.uid;
    case 'metadata.labels':
      return quoted(metadata.labels);
    case 'metadata.annotations':
      return quoted(metadata.annotations);
    case 'spec.nodeName':
      return spec.nodeName ?? '';
    case 'spec.serviceAccountName':
      return spec.serviceAccountName ?? 'default';
    case 'status.hostIP':
    case 'status.hostIPs':
      return addresses.hostIp;
    case 'status.podIP':
    case 'status.podIPs':
      return addresses.ip;
    default:
      return undefined;
  }
};

const suffixes: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/** A quantity as a number; NaN for what is none. */
export const quantity = (text: string): number => {
  const [, number = '', suffix = ''] = /^([+-]?[\d.]+(?:[eE][+-]?\d+)?)([A-Za-z]*)$/u.exec(text) ?? [];
  return Number(number === '' ? Number.NaN : number) * (suffix === '' ? 1 : (suffixes[suffix] ?? Number.NaN));
};

/** A container's limit or request in units of the divisor, rounded up. A limit that is not set is the node's capacity. */
export const resourceValue = (container: Container, reference: ResourceFieldRef): string | undefined => {
  const [, list, name = ''] = /^(limits|requests)\.([a-z-]+)$/u.exec(reference.resource) ?? [];
  const divisor = quantity(reference.divisor ?? '1') || 1;
  const capacity = { cpu: availableParallelism(), memory: totalmem() }[name] ?? 0;
  if (list === undefined) return undefined;
  const set = (list === 'limits' ? container.resources?.limits : container.resources?.requests)?.[name];
  const amount = set === undefined ? (list === 'limits' ? capacity : 0) : quantity(set);
  return Number.isNaN(amount) ? undefined : String(Math.ceil(amount / divisor));
};
