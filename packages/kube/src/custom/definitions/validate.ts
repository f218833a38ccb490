import { isObject, type JsonObject } from '@podpass/kernel';
import type { FieldProblem } from '../../codec/index.ts';
import { rfc1035Name, subdomainName } from '../../codec/validation/names.ts';
import { duplicate, forbidden, invalid, required, unsupported } from '../../codec/validation/problems.ts';
import { fields, items, nameOf, objects, specOf, statusOf, strings, text } from '../../object/read.ts';
import type { Fields, KubeObject } from '../../object/types.ts';
import { resources } from '../../resources/table.ts';
import { newWork } from '../schema/work.ts';
import { names as wireNames } from '../../wire.ts';
import { storageVersionOf } from './status.ts';
import { versionProblems } from './versions.ts';

const builtInGroups = new Set(resources.map((row) => row.group));
const scopes = ['Cluster', 'Namespaced'];
const strategies = ['None', 'Webhook'];
/** Versions of one definition; no published one comes near. */
const mostVersions = 16;

const label = (value: string, path: string, need: boolean): FieldProblem[] => {
  if (value === '') return need ? [required(path)] : [];
  return rfc1035Name(value).map((sentence) => invalid(path, value, sentence));
};

const kindLabel = (value: string, path: string): FieldProblem[] => {
  if (value === '') return [required(path)];
  return rfc1035Name(value.toLowerCase()).map((sentence) =>
    invalid(path, value, `may have mixed case, but should otherwise match: ${sentence}`),
  );
};

const nameProblems = (names: Fields, path: string): FieldProblem[] => {
  const kind = text(names['kind']);
  const listKind = text(names['listKind']);
  const each = (member: string) =>
    strings(names[member]).flatMap((name, index) => label(name, `${path}.${member}[${String(index)}]`, true));
  return [
    ...label(text(names['plural']), `${path}.plural`, true),
    ...label(text(names['singular']), `${path}.singular`, false),
    ...kindLabel(kind, `${path}.kind`),
    ...kindLabel(listKind, `${path}.listKind`),
    ...(kind !== '' && kind === listKind ? [invalid(`${path}.listKind`, listKind, 'kind and listKind may not be the same')] : []),
    ...each('shortNames'),
    ...each('categories'),
  ];
};

const groupProblems = (group: string): FieldProblem[] => {
  if (group === '') return [required('spec.group')];
  const malformed = subdomainName(group).map((sentence) => invalid('spec.group', group, sentence));
  if (malformed.length > 0) return malformed;
  if (!group.includes('.')) return [invalid('spec.group', group, 'should be a domain with at least one dot')];
  return builtInGroups.has(group) ? [forbidden('spec.group', `the group ${group} is served by the API server itself`)] : [];
};

/** Groups of the Kubernetes project need an approval, or the word that there is none. */
const approvalProblems = (definition: KubeObject, group: string): FieldProblem[] => {
  if (!/(?:^|\.)(?:k8s|kubernetes)\.io$/u.test(group)) return [];
  const path = `metadata.annotations[${wireNames.approvalAnnotation}]`;
  const value = definition.metadata.annotations?.[wireNames.approvalAnnotation] ?? '';
  const rule =
    'protected groups must have approval annotation "api-approved.kubernetes.io", see https://github.com/kubernetes/enhancements/pull/1111';
  if (value === '') return [required(path, rule)];
  if (value.startsWith('unapproved') || URL.canParse(value)) return [];
  return [invalid(path, value, rule)];
};

const conversionProblems = (spec: Fields): FieldProblem[] => {
  const conversion = fields(spec['conversion']);
  const strategy = text(conversion['strategy']);
  if (strategy === '') return [required('spec.conversion.strategy')];
  if (!strategies.includes(strategy)) return [unsupported('spec.conversion.strategy', strategy, strategies)];
  if (strategy === 'Webhook') return [forbidden('spec.conversion.strategy', 'conversion webhooks are not supported by this API server')];
  return isObject(conversion['webhook'])
    ? [forbidden('spec.conversion.webhook', 'should not be set when strategy is not set to Webhook')]
    : [];
};

const versionListProblems = (spec: Fields): FieldProblem[] => {
  const path = 'spec.versions';
  const versions = objects(spec['versions']);
  if (versions.length === 0) return [required(path, 'must have at least one version')];
  if (versions.length > mostVersions) return [forbidden(path, `this API server takes at most ${String(mostVersions)} versions`)];
  const named = versions.map((version) => text(version['name']));
  const twice = named.findIndex((name, index) => named.indexOf(name) !== index);
  const stored = versions.filter((version) => version['storage'] === true).length;
  const work = newWork();
  return [
    ...(twice < 0 ? [] : [invalid(path, named, 'must contain unique version names')]),
    ...(stored === 1 ? [] : [invalid(path, named, 'must have exactly one version marked as storage version')]),
    ...versions.flatMap((version, index) => versionProblems(version as JsonObject, `${path}[${String(index)}]`, work)),
  ];
};

const storedProblems = (definition: KubeObject): FieldProblem[] => {
  const { storedVersions } = statusOf(definition);
  if (storedVersions === undefined) return [];
  const path = 'status.storedVersions';
  const stored = strings(storedVersions);
  const known = objects(specOf(definition)['versions']).map((version) => text(version['name']));
  const storage = storageVersionOf(definition);
  return [
    ...(items(storedVersions).length === 0 ? [required(path)] : []),
    ...stored.flatMap((version, index) => (stored.indexOf(version) === index ? [] : [duplicate(`${path}[${String(index)}]`, version)])),
    ...stored.flatMap((version, index) =>
      known.includes(version) ? [] : [invalid(`${path}[${String(index)}]`, version, 'must appear in spec.versions')],
    ),
    ...(storage === '' || stored.includes(storage) ? [] : [invalid(path, stored, `must have the storage version ${storage}`)]),
  ];
};

/**
 * All problems of a CustomResourceDefinition, in the API server's words where it refuses too; what this server cannot honour is forbidden.
 * Source: https://kubernetes.io/docs/reference/kubernetes-api/extend-resources/custom-resource-definition-v1/
 */
export const definitionProblems = (definition: KubeObject): readonly FieldProblem[] => {
  const spec = specOf(definition);
  const group = text(spec['group']);
  const names = fields(spec['names']);
  const wanted = `${text(names['plural'])}.${group}`;
  const scope = text(spec['scope']);
  return [
    ...(nameOf(definition) === wanted ? [] : [invalid('metadata.name', nameOf(definition), 'must be spec.names.plural+"."+spec.group')]),
    ...groupProblems(group),
    ...approvalProblems(definition, group),
    ...nameProblems(names, 'spec.names'),
    ...(scope === '' ? [required('spec.scope')] : scopes.includes(scope) ? [] : [unsupported('spec.scope', scope, scopes)]),
    ...(spec['preserveUnknownFields'] === true ? [invalid('spec.preserveUnknownFields', true, 'must be false')] : []),
    ...conversionProblems(spec),
    ...versionListProblems(spec),
    ...storedProblems(definition),
  ];
};
