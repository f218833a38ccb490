import type { JsonObject } from '@podpass/kernel';
import { checkTypes } from '../field-types.ts';
import { messageOfKind } from '../schema.ts';
import type { FieldProblem, GroupVersionKind } from '../types.ts';
import { configMap, event, lease, pod, role, roleBinding, secret, service, tokenRequest, webhooks } from './kinds.ts';
import { objectMetaProblems } from './metadata.ts';
import { labelName, pathSegmentName, rfc1035Name, subdomainName } from './names.ts';
import type { Rule } from './walk.ts';
import { cronJob, job, workload } from './workload.ts';

type NameRule = (name: string) => readonly string[];
interface KindRules {
  readonly name: NameRule;
  readonly rule?: Rule;
  /** Bodies whose metadata is not theirs: reviews, token requests, subresources. */
  readonly nameless?: true;
}

const rbac = 'rbac.authorization.k8s.io';
const admission = 'admissionregistration.k8s.io';

/** By `group/Kind`. Kinds without a row need a subdomain as name, unless they are reviews. */
const table: Readonly<Record<string, KindRules>> = {
  '/ConfigMap': { name: subdomainName, rule: configMap },
  '/Event': { name: subdomainName, rule: event },
  '/Namespace': { name: labelName },
  '/Pod': { name: subdomainName, rule: pod },
  '/Secret': { name: subdomainName, rule: secret },
  '/Service': { name: rfc1035Name, rule: service },
  [`${admission}/MutatingWebhookConfiguration`]: { name: subdomainName, rule: webhooks },
  [`${admission}/ValidatingWebhookConfiguration`]: { name: subdomainName, rule: webhooks },
  'apps/DaemonSet': { name: subdomainName, rule: workload },
  'apps/Deployment': { name: subdomainName, rule: workload },
  'apps/ReplicaSet': { name: subdomainName, rule: workload },
  'apps/StatefulSet': { name: subdomainName, rule: workload },
  'authentication.k8s.io/TokenRequest': { name: subdomainName, rule: tokenRequest, nameless: true },
  'batch/CronJob': { name: subdomainName, rule: cronJob },
  'batch/Job': { name: subdomainName, rule: job },
  'coordination.k8s.io/Lease': { name: subdomainName, rule: lease },
  [`${rbac}/ClusterRole`]: { name: pathSegmentName, rule: role },
  [`${rbac}/ClusterRoleBinding`]: { name: pathSegmentName, rule: roleBinding },
  [`${rbac}/Role`]: { name: pathSegmentName, rule: role },
  [`${rbac}/RoleBinding`]: { name: pathSegmentName, rule: roleBinding },
};

const namelessKind = /(?:Review|TokenRequest|Binding|Eviction|DeleteOptions|Status)$/u;

/** A type problem leaves nothing else to say: rules rely on types. */
const typeProblem = (message: string): FieldProblem => ({ field: '', reason: 'FieldValueTypeInvalid', message });

/**
 * All problems of a defaulted object, in the API server's words; empty when it is valid or when its kind is not built
 * in. References between objects, immutability and quota are not checked here. Source: pkg/apis/…/validation of Kubernetes.
 */
export const validateObject = (gvk: GroupVersionKind, object: JsonObject): FieldProblem[] => {
  if (messageOfKind(gvk) === undefined) return [];
  const mistyped = checkTypes(gvk, object);
  if (mistyped !== undefined) return [typeProblem(mistyped)];
  const key = `${gvk.group}/${gvk.kind}`;
  const rules = (Object.hasOwn(table, key) ? table[key] : undefined) ?? {
    name: subdomainName,
    ...(namelessKind.test(gvk.kind) ? { nameless: true } : {}),
  };
  const kinded: JsonObject = { ...object, kind: gvk.kind };
  return [...(rules.nameless === true ? [] : objectMetaProblems(kinded, rules.name)), ...(rules.rule?.(kinded) ?? [])];
};

/** Problems of a custom resource's metadata: all that the API server checks of it besides the schema. */
export const customObjectProblems = (object: JsonObject): FieldProblem[] => objectMetaProblems(object, subdomainName);
