import { errors } from '../errors.ts';
import { dig, text } from '../object/read.ts';
import type { KubeObject } from '../object/types.ts';
import type { ResourceRow } from '../resources/types.ts';
import { shown } from './shown.ts';

export interface FieldRequirement {
  readonly path: string;
  readonly value: string;
  readonly equal: boolean;
}

const everywhere = ['metadata.name', 'metadata.namespace'];

/**
 * The fields that each resource can be selected by.
 * Source: https://kubernetes.io/docs/concepts/overview/working-with-objects/field-selectors/
 */
const selectable: Readonly<Record<string, readonly string[]>> = {
  pods: [
    'spec.hostNetwork',
    'spec.nodeName',
    'spec.restartPolicy',
    'spec.schedulerName',
    'spec.serviceAccountName',
    'status.nominatedNodeName',
    'status.phase',
    'status.podIP',
  ],
  events: [
    'involvedObject.apiVersion',
    'involvedObject.fieldPath',
    'involvedObject.kind',
    'involvedObject.name',
    'involvedObject.namespace',
    'involvedObject.resourceVersion',
    'involvedObject.uid',
    'reason',
    'reportingComponent',
    'source',
    'type',
  ],
  namespaces: ['status.phase'],
  nodes: ['spec.unschedulable'],
  secrets: ['type'],
  services: ['spec.clusterIP', 'spec.type'],
};

/** Splits at commas that are not escaped and takes the escapes (`\,` `\=` `\\`) out of the values. */
const splitTerms = (selector: string): string[] => selector.match(/(?:\\.|[^,\\])+/g) ?? [];
const unescape = (value: string) => value.replace(/\\(.)/g, '$1');

/** Parses `a=b,c!=d`. Throws BadRequest for syntax and for fields that the resource cannot be selected by. */
export const parseFieldSelector = (selector: string, row: ResourceRow): readonly FieldRequirement[] =>
  splitTerms(selector).map((term) => {
    const parsed = /^((?:\\.|[^=!\\])+)(==|=|!=)([^]*)$/.exec(term);
    if (parsed === null) throw errors.badRequest(`invalid selector: '${shown(selector)}'; can't understand '${shown(term)}'`);
    const path = (parsed[1] ?? '').trim();
    const allowed =
      everywhere.includes(path) ||
      (row.group === '' && (selectable[row.resource] ?? []).includes(path)) ||
      row.custom?.selectable.includes(path) === true;
    if (!allowed) throw errors.badRequest(`field label not supported: ${shown(path)}`);
    return { path, value: unescape(parsed[3] ?? ''), equal: parsed[2] !== '!=' };
  });

const valueAt = (object: KubeObject, path: string): string => {
  if (path === 'source') {
    const component = dig(object, 'source', 'component');
    return typeof component === 'string' && component !== '' ? component : text(dig(object, 'reportingComponent'));
  }
  const value = dig(object, ...path.split('.'));
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean' || typeof value === 'number') return String(value);
  return path === 'spec.unschedulable' || path === 'spec.hostNetwork' ? 'false' : '';
};

export const matchesFields = (requirements: readonly FieldRequirement[], object: KubeObject): boolean =>
  requirements.every((requirement) => (valueAt(object, requirement.path) === requirement.value) === requirement.equal);
