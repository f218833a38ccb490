import { isObject } from '@podpass/kernel';
import type { StatusCause } from '../errors.ts';
import { fields, items, nameOf, objects, specOf, text } from '../object/read.ts';
import { sameJson } from '../object/equal.ts';
import type { KubeObject } from '../object/types.ts';
import type { ResourceRow } from '../resources/types.ts';
import { definitionStrategy } from '../custom/definitions/strategy.ts';
import { names } from '../wire.ts';
import { podStrategy } from './pods.ts';
import { serviceStrategy } from './services.ts';
import type { Strategy } from './types.ts';
import { daemonSetStrategy, deploymentStrategy, replicaSetStrategy } from './workloads.ts';

const forbidden = (field: string, why: string): StatusCause => ({ reason: 'FieldValueForbidden', field, message: `Forbidden: ${why}` });

const unchanged =
  (field: string, wording: string) =>
  (next: KubeObject, current: KubeObject): readonly StatusCause[] =>
    sameJson(next[field], current[field])
      ? []
      : [
          {
            reason: 'FieldValueInvalid',
            field,
            message: `Invalid value: ${JSON.stringify(next[field] ?? null).slice(0, 256)}: ${wording}`,
          },
        ];

const namespaceStrategy: Strategy = {
  prepareCreate(namespace) {
    namespace.metadata.labels = { ...namespace.metadata.labels, [names.namespaceLabel]: nameOf(namespace) };
    const finalizers = items(specOf(namespace)['finalizers']);
    namespace['spec'] = { finalizers: finalizers.includes('kubernetes') ? finalizers : [...finalizers, 'kubernetes'] };
    namespace['status'] = { phase: 'Active' };
  },
  prepareUpdate(next, current) {
    next['spec'] = current['spec'];
    next.metadata.labels = { ...next.metadata.labels, [names.namespaceLabel]: nameOf(current) };
  },
};

/** Data that was declared immutable stays; so does the declaration. */
const immutableData = (next: KubeObject, current: KubeObject): readonly StatusCause[] => {
  if (current['immutable'] !== true) return [];
  const fixed = (field: string) => forbidden(field, 'field is immutable when `immutable` is set');
  return [
    ...(next['immutable'] === true ? [] : [fixed('immutable')]),
    ...(sameJson(fields(next['data']), fields(current['data'])) ? [] : [fixed('data')]),
    ...(sameJson(fields(next['binaryData']), fields(current['binaryData'])) ? [] : [fixed('binaryData')]),
  ];
};

const bindingStrategy: Strategy = { checkUpdate: unchanged('roleRef', 'cannot change roleRef') };

const webhookStrategy: Strategy = {
  checkWrite: (object) =>
    objects(object['webhooks']).flatMap((webhook, index): readonly StatusCause[] => {
      const at = `webhooks[${index}]`;
      const conditions = items(webhook['matchConditions']).length > 0;
      const readable = items(webhook['admissionReviewVersions']).includes('v1');
      return [
        ...(conditions ? [forbidden(`${at}.matchConditions`, 'CEL match conditions are not supported by this API server')] : []),
        ...(readable
          ? []
          : [forbidden(`${at}.admissionReviewVersions`, 'this API server speaks admission.k8s.io/v1 only, which must be listed')]),
      ];
    }),
};

const clusterRoleStrategy: Strategy = {
  checkWrite: (role) =>
    isObject(role['aggregationRule'])
      ? [forbidden('aggregationRule', 'aggregated cluster roles are not supported by this API server')]
      : [],
};

const nodeStrategy: Strategy = { keepsStatusOnCreate: true };

const secretStrategy: Strategy = {
  checkUpdate: (next, current) => [
    ...(text(next['type']) === text(current['type']) ? [] : unchanged('type', 'field is immutable')(next, current)),
    ...immutableData(next, current),
  ],
};

const strategies: Readonly<Record<string, Strategy>> = {
  namespaces: namespaceStrategy,
  nodes: nodeStrategy,
  pods: podStrategy,
  services: serviceStrategy,
  secrets: secretStrategy,
  customresourcedefinitions: definitionStrategy,
  daemonsets: daemonSetStrategy,
  deployments: deploymentStrategy,
  replicasets: replicaSetStrategy,
  configmaps: { checkUpdate: immutableData },
  clusterroles: clusterRoleStrategy,
  rolebindings: bindingStrategy,
  clusterrolebindings: bindingStrategy,
  mutatingwebhookconfigurations: webhookStrategy,
  validatingwebhookconfigurations: webhookStrategy,
};

const none: Strategy = {};

export const strategyOf = (row: ResourceRow): Strategy => (row.custom === undefined ? strategies[row.resource] : undefined) ?? none;
