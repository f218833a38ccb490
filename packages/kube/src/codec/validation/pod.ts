import type { JsonObject } from '@podpass/kernel';
import type { FieldProblem } from '../types.ts';
import { environmentName, labelName, subdomainName } from './names.ts';
import { duplicate, forbidden, invalid, notFound, required, unsupported } from './problems.ts';
import { volumeProblems } from './volume.ts';
import { itemsOf, join, objectOf, textOf, type Item } from './walk.ts';

const oneOf = (object: JsonObject, name: string, path: string, allowed: readonly string[]): FieldProblem[] => {
  const value = object[name];
  return value === undefined || allowed.includes(typeof value === 'string' ? value : '')
    ? []
    : [unsupported(join(path, name), value, allowed)];
};

const environment = ({ value, path }: Item): FieldProblem[] => {
  const name = textOf(value, 'name');
  const from = objectOf(value, 'valueFrom');
  const sources = Object.keys(from ?? {});
  return [
    ...(name === '' ? [required(`${path}.name`)] : environmentName(name).map((text) => invalid(`${path}.name`, name, text))),
    ...(from !== undefined && textOf(value, 'value') !== ''
      ? [invalid(`${path}.valueFrom`, '', 'may not be specified when `value` is not empty')]
      : []),
    ...(from !== undefined && sources.length === 0
      ? [
          invalid(
            `${path}.valueFrom`,
            '',
            'must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`',
          ),
        ]
      : []),
    ...(sources.length > 1 ? [invalid(`${path}.valueFrom`, '', 'may not have more than one field specified at a time')] : []),
  ];
};

const ports = ({ value, path }: Item): FieldProblem[] => {
  const number = value['containerPort'];
  return [
    ...(number === undefined ? [required(`${path}.containerPort`)] : []),
    ...(typeof number === 'number' && (number < 1 || number > 65_535)
      ? [invalid(`${path}.containerPort`, number, 'must be between 1 and 65535, inclusive')]
      : []),
    ...oneOf(value, 'protocol', path, ['SCTP', 'TCP', 'UDP']),
  ];
};

const mounts = (container: Item, volumes: ReadonlySet<string>): FieldProblem[] => {
  const paths = new Set<string>();
  return itemsOf(container.value, 'volumeMounts', container.path).flatMap(({ value, path }) => {
    const name = textOf(value, 'name');
    const at = textOf(value, 'mountPath');
    const twice = paths.has(at);
    paths.add(at);
    return [
      ...(name === '' ? [required(`${path}.name`)] : volumes.has(name) ? [] : [notFound(`${path}.name`, name)]),
      ...(at === '' ? [required(`${path}.mountPath`)] : twice ? [invalid(`${path}.mountPath`, at, 'must be unique')] : []),
    ];
  });
};

const probes = ['livenessProbe', 'readinessProbe', 'startupProbe'];
const probeProblems = (container: Item): FieldProblem[] =>
  probes.flatMap((name) => {
    const probe = objectOf(container.value, name);
    if (probe === undefined) return [];
    const handlers = ['exec', 'httpGet', 'tcpSocket', 'grpc'].filter((handler) => probe[handler] !== undefined);
    if (handlers.length === 0) return [required(`${container.path}.${name}`, 'must specify a handler type')];
    return handlers
      .slice(1)
      .map((handler) => forbidden(`${container.path}.${name}.${handler}`, 'may not specify more than 1 handler type'));
  });

const container = (item: Item, volumes: ReadonlySet<string>): FieldProblem[] => {
  const { value, path } = item;
  const name = textOf(value, 'name');
  const image = textOf(value, 'image');
  return [
    ...(name === '' ? [required(`${path}.name`)] : labelName(name).map((text) => invalid(`${path}.name`, name, text))),
    ...(image === '' ? [required(`${path}.image`)] : []),
    ...(image !== image.trim() ? [invalid(`${path}.image`, image, 'must not have leading or trailing whitespace')] : []),
    ...oneOf(value, 'imagePullPolicy', path, ['Always', 'IfNotPresent', 'Never']),
    ...oneOf(value, 'terminationMessagePolicy', path, ['FallbackToLogsOnError', 'File']),
    ...itemsOf(value, 'env', path).flatMap(environment),
    ...itemsOf(value, 'ports', path).flatMap(ports),
    ...mounts(item, volumes),
    ...probeProblems(item),
  ];
};

/** A pod's spec, in a pod or in a template. Source: pkg/apis/core/validation of Kubernetes. */
export const podSpecProblems = (spec: JsonObject, path: string): FieldProblem[] => {
  const volumes = new Set(itemsOf(spec, 'volumes', path).map(({ value }) => textOf(value, 'name')));
  const names = new Set<string>();
  const containers = [...itemsOf(spec, 'initContainers', path), ...itemsOf(spec, 'containers', path)];
  const twice = containers.flatMap(({ value, path: at }) => {
    const name = textOf(value, 'name');
    const known = name !== '' && names.has(name);
    names.add(name);
    return known ? [duplicate(`${at}.name`, name)] : [];
  });
  const account = textOf(spec, 'serviceAccountName');
  const node = textOf(spec, 'nodeName');
  const grace = spec['terminationGracePeriodSeconds'];
  return [
    ...volumeProblems(spec, path),
    ...(itemsOf(spec, 'containers', path).length === 0 ? [required(`${path}.containers`)] : []),
    ...containers.flatMap((item) => container(item, volumes)),
    ...twice,
    ...oneOf(spec, 'restartPolicy', path, ['Always', 'OnFailure', 'Never']),
    ...oneOf(spec, 'dnsPolicy', path, ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None']),
    ...(account === '' ? [] : subdomainName(account).map((text) => invalid(`${path}.serviceAccountName`, account, text))),
    ...(node === '' ? [] : subdomainName(node).map((text) => invalid(`${path}.nodeName`, node, text))),
    ...(typeof grace === 'number' && grace < 0
      ? [invalid(`${path}.terminationGracePeriodSeconds`, grace, 'must be greater than or equal to 0')]
      : []),
  ];
};
