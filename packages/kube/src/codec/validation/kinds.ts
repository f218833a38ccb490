import type { FieldProblem } from '../types.ts';
import { dataKey, labelName, subdomainName } from './names.ts';
import { podSpecProblems } from './pod.ts';
import { invalid, required, tooLong, unsupported } from './problems.ts';
import { selectorProblems } from './selector.ts';
import { itemsOf, objectOf, textOf, type Rule } from './walk.ts';

/** Secrets and config maps are bounded by what etcd takes. */
const dataBytes = 1024 * 1024;

const keys = (object: Parameters<Rule>[0], member: string): FieldProblem[] =>
  Object.keys(objectOf(object, member) ?? {}).flatMap((name) => dataKey(name).map((text) => invalid(`${member}[${name}]`, name, text)));

export const secret: Rule = (object) => {
  const size = Object.values(objectOf(object, 'data') ?? {}).reduce<number>(
    (sum, value) => sum + (typeof value === 'string' ? Buffer.byteLength(value, 'base64') : 0),
    0,
  );
  return [...keys(object, 'data'), ...(size > dataBytes ? [tooLong('data', dataBytes)] : [])];
};

export const configMap: Rule = (object) => {
  const texts = Object.entries(objectOf(object, 'data') ?? {});
  const binary = objectOf(object, 'binaryData') ?? {};
  const size =
    texts.reduce((sum, [, value]) => sum + (typeof value === 'string' ? Buffer.byteLength(value) : 0), 0) +
    Object.values(binary).reduce<number>((sum, value) => sum + (typeof value === 'string' ? Buffer.byteLength(value, 'base64') : 0), 0);
  const both = texts.filter(([name]) => Object.hasOwn(binary, name));
  return [
    ...keys(object, 'data'),
    ...keys(object, 'binaryData'),
    ...both.map(([name]) => invalid(`data[${name}]`, name, 'duplicate of key present in binaryData')),
    ...(size > dataBytes ? [tooLong('', dataBytes)] : []),
  ];
};

export const pod: Rule = (object) => podSpecProblems(objectOf(object, 'spec') ?? {}, 'spec');

export const service: Rule = (object) => {
  const spec = objectOf(object, 'spec') ?? {};
  const ports = itemsOf(spec, 'ports', 'spec');
  const type = textOf(spec, 'type');
  const types = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'];
  const headless = textOf(spec, 'clusterIP') === 'None';
  return [
    ...(types.includes(type) ? [] : [unsupported('spec.type', type, types)]),
    ...(type === 'ExternalName' && textOf(spec, 'externalName') === '' ? [required('spec.externalName')] : []),
    ...(ports.length === 0 && type !== 'ExternalName' && !headless ? [required('spec.ports')] : []),
    ...ports.flatMap(({ value, path }) => {
      const number = value['port'];
      const name = textOf(value, 'name');
      return [
        ...(typeof number !== 'number' || number < 1 || number > 65_535
          ? [invalid(`${path}.port`, number ?? 0, 'must be between 1 and 65535, inclusive')]
          : []),
        ...(ports.length > 1 && name === ''
          ? [required(`${path}.name`)]
          : name === ''
            ? []
            : labelName(name).map((text) => invalid(`${path}.name`, name, text))),
      ];
    }),
  ];
};

const rbacGroup = 'rbac.authorization.k8s.io';

export const roleBinding: Rule = (object) => {
  const role = objectOf(object, 'roleRef') ?? {};
  const kinds = object['kind'] === 'ClusterRoleBinding' ? ['ClusterRole'] : ['ClusterRole', 'Role'];
  return [
    ...(textOf(role, 'apiGroup') === rbacGroup ? [] : [unsupported('roleRef.apiGroup', textOf(role, 'apiGroup'), [rbacGroup])]),
    ...(kinds.includes(textOf(role, 'kind')) ? [] : [unsupported('roleRef.kind', textOf(role, 'kind'), kinds)]),
    ...(textOf(role, 'name') === '' ? [required('roleRef.name')] : []),
    ...itemsOf(object, 'subjects', '').flatMap(({ value, path }) => {
      const kind = textOf(value, 'kind');
      return [
        ...(textOf(value, 'name') === '' ? [required(`${path}.name`)] : []),
        ...(['ServiceAccount', 'User', 'Group'].includes(kind)
          ? []
          : [unsupported(`${path}.kind`, kind, ['ServiceAccount', 'User', 'Group'])]),
        ...(kind === 'ServiceAccount' && textOf(value, 'namespace') === '' ? [required(`${path}.namespace`)] : []),
      ];
    }),
  ];
};

export const role: Rule = (object) =>
  itemsOf(object, 'rules', '').flatMap(({ value, path }) => {
    const count = (name: string) => (Array.isArray(value[name]) ? value[name].length : 0);
    if (count('verbs') === 0) return [required(`${path}.verbs`, 'verbs must contain at least one value')];
    if (count('nonResourceURLs') > 0) {
      if (object['kind'] === 'Role')
        return [invalid(`${path}.nonResourceURLs`, value['nonResourceURLs'], 'namespaced rules cannot apply to non-resource URLs')];
      return count('apiGroups') + count('resources') + count('resourceNames') > 0
        ? [
            invalid(
              `${path}.nonResourceURLs`,
              value['nonResourceURLs'],
              'rules cannot apply to both regular resources and non-resource URLs',
            ),
          ]
        : [];
    }
    return [
      ...(count('apiGroups') === 0 ? [required(`${path}.apiGroups`, 'resource rules must supply at least one api group')] : []),
      ...(count('resources') === 0 ? [required(`${path}.resources`, 'resource rules must supply at least one resource')] : []),
    ];
  });

const sideEffects = ['None', 'NoneOnDryRun'];

/** One webhook's name needs three parts, so that it cannot be mistaken for a plugin. */
export const webhooks: Rule = (object) =>
  itemsOf(object, 'webhooks', '').flatMap(({ value, path }) => {
    const name = textOf(value, 'name');
    const client = objectOf(value, 'clientConfig') ?? {};
    const url = textOf(client, 'url');
    const target = objectOf(client, 'service');
    const timeout = value['timeoutSeconds'];
    const versions = value['admissionReviewVersions'];
    const effects = textOf(value, 'sideEffects');
    const choice = (member: string, allowed: readonly string[]) =>
      allowed.includes(textOf(value, member)) ? [] : [unsupported(`${path}.${member}`, textOf(value, member), allowed)];
    return [
      ...(name === '' ? [required(`${path}.name`)] : subdomainName(name).map((text) => invalid(`${path}.name`, name, text))),
      ...(name !== '' && name.split('.').length < 3
        ? [invalid(`${path}.name`, name, 'should be a domain with at least three segments separated by dots')]
        : []),
      ...(!Array.isArray(versions) || versions.length === 0
        ? [required(`${path}.admissionReviewVersions`, 'must specify one of v1, v1beta1')]
        : versions.some((version) => version === 'v1' || version === 'v1beta1')
          ? []
          : [invalid(`${path}.admissionReviewVersions`, versions, 'must include at least one of v1, v1beta1')]),
      ...(effects === ''
        ? [required(`${path}.sideEffects`, 'must specify one of None, NoneOnDryRun')]
        : choice('sideEffects', sideEffects)),
      ...choice('failurePolicy', ['Fail', 'Ignore']),
      ...choice('matchPolicy', ['Equivalent', 'Exact']),
      ...(object['kind'] === 'MutatingWebhookConfiguration' ? choice('reinvocationPolicy', ['IfNeeded', 'Never']) : []),
      ...(typeof timeout === 'number' && (timeout < 1 || timeout > 30)
        ? [
            invalid(
              `${path}.timeoutSeconds`,
              timeout,
              timeout < 1
                ? 'the timeout value must be greater than or equal to 1'
                : 'the timeout value must be smaller than or equal to 30 seconds',
            ),
          ]
        : []),
      ...((url === '') === (target === undefined) ? [required(`${path}.clientConfig`, 'exactly one of url or service is required')] : []),
      ...(url !== '' && !url.startsWith('https://')
        ? [invalid(`${path}.clientConfig.url`, url, "'https' is the only allowed URL scheme")]
        : []),
      ...(target === undefined
        ? []
        : ['name', 'namespace']
            .filter((member) => textOf(target, member) === '')
            .map((member) => required(`${path}.clientConfig.service.${member}`, `service ${member} is required`))),
      ...['namespaceSelector', 'objectSelector'].flatMap((member) => selectorProblems(objectOf(value, member) ?? {}, `${path}.${member}`)),
    ];
  });

export const tokenRequest: Rule = (object) => {
  const seconds = (objectOf(object, 'spec') ?? {})['expirationSeconds'];
  if (typeof seconds !== 'number') return [];
  if (seconds < 600) return [invalid('spec.expirationSeconds', seconds, 'may not specify a duration less than 10 minutes')];
  return seconds > 2 ** 32 ? [invalid('spec.expirationSeconds', seconds, 'may not specify a duration larger than 2^32 seconds')] : [];
};

export const lease: Rule = (object) => {
  const seconds = (objectOf(object, 'spec') ?? {})['leaseDurationSeconds'];
  return typeof seconds === 'number' && seconds <= 0 ? [invalid('spec.leaseDurationSeconds', seconds, 'must be greater than 0')] : [];
};

export const event: Rule = (object) => {
  const involved = objectOf(object, 'involvedObject');
  const namespace = textOf(objectOf(object, 'metadata') ?? {}, 'namespace');
  const about = textOf(involved ?? {}, 'namespace');
  // Events about cluster-scoped objects live in `default`.
  return about === '' || about === namespace ? [] : [invalid('involvedObject.namespace', about, 'does not match event.namespace')];
};
