import { labelsOf } from '../object/read.ts';
import type { KubeObject } from '../object/types.ts';
import { matchesFields, parseFieldSelector } from '../selectors/fields.ts';
import { matchesLabels, parseLabelSelector } from '../selectors/labels.ts';
import type { ResourceCall } from './call.ts';

/** What a list or watch selects. */
export interface Selection {
  /** Whether any selector was given. */
  readonly limited: boolean;
  matches(object: KubeObject): boolean;
  /** The one object that a `metadata.name` selector can match. */
  readonly name: string | undefined;
}

/** Reads `labelSelector` and `fieldSelector`; a name in the path selects that object. Throws BadRequest. */
export const selectionOf = (call: ResourceCall): Selection => {
  const { query } = call.exchange;
  const labels = parseLabelSelector(query.get('labelSelector') ?? '');
  const wanted = parseFieldSelector(query.get('fieldSelector') ?? '', call.target.row);
  const { name } = call.target;
  const selected = wanted.find((requirement) => requirement.path === 'metadata.name' && requirement.equal)?.value;
  return {
    limited: labels.length > 0 || wanted.length > 0 || name !== '',
    matches: (object) =>
      (name === '' || object.metadata.name === name) && matchesLabels(labels, labelsOf(object)) && matchesFields(wanted, object),
    name: name === '' ? selected : name,
  };
};
