import type { JsonObject } from '@podpass/kernel';
import { ageOf } from './age.ts';
import { at, joined, listAt, numberAt, objectAt, pairsAt, textAt, textsAt } from './read.ts';
import type { Renderer } from './renderer.ts';

export const created = (object: JsonObject, now: number): string => ageOf(textAt(object, 'metadata.creationTimestamp'), now);

/** Label pairs as kubectl prints selectors. */
export const selectorText = (object: JsonObject, path: string): string => joined(pairsAt(object, path));

export const labelSelectorText = (object: JsonObject, path: string): string => {
  const requirements = listAt(object, `${path}.matchExpressions`).map((item) => {
    const operator = textAt(item, 'operator');
    const key = textAt(item, 'key');
    if (operator === 'Exists') return key;
    if (operator === 'DoesNotExist') return `!${key}`;
    return `${key} ${operator.toLowerCase()} (${textsAt(item, 'values').join(',')})`;
  });
  return joined([...pairsAt(object, `${path}.matchLabels`), ...requirements]);
};

const keysIn = (object: JsonObject, ...names: string[]) => names.reduce((sum, name) => sum + Object.keys(objectAt(object, name)).length, 0);

const servicePort = (port: JsonObject): string => {
  const node = numberAt(port, 'nodePort');
  return `${String(numberAt(port, 'port'))}${node === 0 ? '' : `:${String(node)}`}/${textAt(port, 'protocol', 'TCP')}`;
};

const externalIp = (service: JsonObject): string => {
  const external = textsAt(service, 'spec.externalIPs');
  const type = textAt(service, 'spec.type');
  if (type === 'ExternalName') return textAt(service, 'spec.externalName', '<none>');
  if (type !== 'LoadBalancer') return joined(external);
  const balanced = listAt(service, 'status.loadBalancer.ingress').map((item) => textAt(item, 'ip') || textAt(item, 'hostname'));
  return [...balanced, ...external].join(',') || '<pending>';
};

const nodeStatus = (node: JsonObject): string => {
  const ready = listAt(node, 'status.conditions').find((item) => item['type'] === 'Ready');
  const text = ready === undefined ? 'Unknown' : ready['status'] === 'True' ? 'Ready' : 'NotReady';
  return at(node, 'spec.unschedulable') === true ? `${text},SchedulingDisabled` : text;
};

const rolePrefix = 'node-role.kubernetes.io/';
const nodeRoles = (node: JsonObject): string =>
  joined(
    Object.entries(objectAt(node, 'metadata.labels'))
      .flatMap(([name, value]) =>
        name.startsWith(rolePrefix)
          ? [name.slice(rolePrefix.length)]
          : name === 'kubernetes.io/role' && typeof value === 'string'
            ? [value]
            : [],
      )
      .toSorted(),
  );

const nodeAddress = (node: JsonObject, type: string): string =>
  textAt(listAt(node, 'status.addresses').find((item) => item['type'] === type) ?? {}, 'address', '<none>');

const unknown = '<unknown>';

export const services: Renderer = {
  columns: ['Type', 'Cluster-IP', 'External-IP', 'Port(s)', 'Age', '*Selector'],
  cells: (service, now) => [
    textAt(service, 'spec.type'),
    textAt(service, 'spec.clusterIP', '<none>'),
    externalIp(service),
    joined(listAt(service, 'spec.ports').map(servicePort)),
    created(service, now),
    selectorText(service, 'spec.selector'),
  ],
};

export const nodes: Renderer = {
  columns: ['Status', 'Roles', 'Age', 'Version', '*Internal-IP', '*External-IP', '*OS-Image', '*Kernel-Version', '*Container-Runtime'],
  cells: (node, now) => [
    nodeStatus(node),
    nodeRoles(node),
    created(node, now),
    textAt(node, 'status.nodeInfo.kubeletVersion'),
    nodeAddress(node, 'InternalIP'),
    nodeAddress(node, 'ExternalIP'),
    textAt(node, 'status.nodeInfo.osImage', unknown),
    textAt(node, 'status.nodeInfo.kernelVersion', unknown),
    textAt(node, 'status.nodeInfo.containerRuntimeVersion', unknown),
  ],
};

export const namespaces: Renderer = {
  columns: ['Status', 'Age'],
  cells: (namespace, now) => [textAt(namespace, 'status.phase'), created(namespace, now)],
};

export const secrets: Renderer = {
  columns: ['Type', 'Data', 'Age'],
  cells: (secret, now) => [textAt(secret, 'type'), keysIn(secret, 'data'), created(secret, now)],
};

export const configMaps: Renderer = {
  columns: ['Data', 'Age'],
  cells: (map, now) => [keysIn(map, 'data', 'binaryData'), created(map, now)],
};

export const endpoints: Renderer = {
  columns: ['Endpoints', 'Age'],
  cells: (object, now) => [
    joined(
      listAt(object, 'subsets').flatMap((subset) =>
        listAt(subset, 'addresses').flatMap((address) =>
          listAt(subset, 'ports').map((port) => `${textAt(address, 'ip')}:${String(numberAt(port, 'port'))}`),
        ),
      ),
    ),
    created(object, now),
  ],
};

/** NAME and AGE only, for every kind without columns of its own. */
export const plain: Renderer = { columns: ['Age'], cells: (object, now) => [created(object, now)] };
