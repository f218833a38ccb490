import { labelsOf } from '../../object/read.ts';
import type { Mirror } from '../../registry/mirror.ts';
import type { KubeObject } from '../../object/types.ts';
import { apiVersionOf, resourceOf } from '../../resources/lookup.ts';
import type { ResourceRow } from '../../resources/types.ts';
import { matchesLabels } from '../../selectors/labels.ts';
import type { AdmissionRequest } from '../types.ts';
import type { Hook, HookRule } from './hooks.ts';

const namespaces = resourceOf('', 'namespaces');
const exemptGroup = 'admissionregistration.k8s.io';

const includes = (list: readonly string[], value: string) => list.includes('*') || list.includes(value);

const namesResource = (rule: HookRule, resource: string, subresource: string): boolean =>
  rule.resources.some((pattern) => {
    const [main = '', sub = ''] = pattern.split('/', 2);
    return (main === '*' || main === resource) && (sub === subresource || (sub === '*' && pattern.includes('/')));
  });

const ruleMatches = (rule: HookRule, request: AdmissionRequest): boolean =>
  includes(rule.operations, request.operation) &&
  includes(rule.groups, request.row.group) &&
  includes(rule.versions, request.row.version) &&
  namesResource(rule, request.row.resource, request.subresource) &&
  (rule.scope === '*' || (rule.scope === 'Namespaced') === request.row.namespaced);

const inVersion = (object: KubeObject | undefined, row: ResourceRow): KubeObject | undefined =>
  object === undefined ? undefined : { ...object, apiVersion: apiVersionOf(row) };

/**
 * The request in the version that a rule of the webhook names: as it is, or with `matchPolicy: Equivalent` in another version of the same
 * custom resource, so that a rule cannot be evaded by the choice of the version. Undefined when no rule wants it.
 */
export const asHookSees = (hook: Hook, request: AdmissionRequest, mirror: Mirror): AdmissionRequest | undefined => {
  if (hook.rules.some((rule) => ruleMatches(rule, request))) return request;
  const { row } = request;
  if (!hook.equivalent || row.custom === undefined) return undefined;
  const others = mirror.catalogue.rows.filter(
    (other) => other !== row && other.group === row.group && other.resource === row.resource && other.version !== row.version,
  );
  const seen = others.find((other) => hook.rules.some((rule) => ruleMatches(rule, { ...request, row: other })));
  if (seen === undefined) return undefined;
  return { ...request, row: seen, requested: row, object: inVersion(request.object, seen), oldObject: inVersion(request.oldObject, seen) };
};

const namespaceMatches = (hook: Hook, request: AdmissionRequest, mirror: Mirror): boolean => {
  if (hook.namespaceSelector.length === 0) return true;
  if (request.row === namespaces)
    return matchesLabels(hook.namespaceSelector, labelsOf(request.object ?? request.oldObject ?? { metadata: {} }));
  if (!request.row.namespaced) return true;
  const namespace = mirror.get(namespaces, '', request.namespace);
  return namespace !== undefined && matchesLabels(hook.namespaceSelector, labelsOf(namespace));
};

/**
 * Whether a webhook wants to see a request. Webhook configurations themselves are never sent to webhooks.
 * Source: https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#matching-requests-rules
 */
export const hookMatches = (hook: Hook, request: AdmissionRequest, mirror: Mirror): boolean => {
  if (request.row.group === exemptGroup || asHookSees(hook, request, mirror) === undefined) return false;
  if (!namespaceMatches(hook, request, mirror)) return false;
  if (hook.objectSelector.length === 0) return true;
  return [request.object, request.oldObject].some((object) => object !== undefined && matchesLabels(hook.objectSelector, labelsOf(object)));
};
