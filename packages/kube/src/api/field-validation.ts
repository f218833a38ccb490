import { errors, type StatusError } from '../errors.ts';
import type { Fields } from '../object/types.ts';
import type { ResourceRow } from '../resources/types.ts';
import { withoutUnknown } from '../schema/schema.ts';
import type { ApiCall } from './call.ts';

/** Fields that one answer names, and characters of each path: names are the client's, and an answer is not to outgrow the request. */
const mostNamed = 100;
const longestPath = 1_024;

/**
 * Applies `fieldValidation`: `Strict` refuses unknown fields, `Warn` (the default) names them in warnings; both and `Ignore` drop them.
 * Returns the body without them. `duplicates` are paths that the body's text names twice. `refuse` words a refusal that is not about an object sent as it is.
 */
export const withoutUnknownFields = (
  call: ApiCall,
  row: ResourceRow,
  body: Fields,
  options: { readonly duplicates?: readonly string[]; readonly refuse?: (problem: string) => StatusError } = {},
): Fields => {
  const {
    duplicates = [],
    refuse = (problem) => errors.badRequest(`${row.kind} in version "${row.version}" cannot be handled as a ${row.kind}: ${problem}`),
  } = options;
  const mode = call.exchange.query.get('fieldValidation') || 'Warn';
  if (!['Ignore', 'Warn', 'Strict'].includes(mode)) {
    throw errors.invalid({ group: 'meta.k8s.io', kind: 'CreateOptions' }, '', [
      {
        reason: 'FieldValueNotSupported',
        field: 'fieldValidation',
        message: `Unsupported value: "${mode}": supported values: "Ignore", "Strict", "Warn"`,
      },
    ]);
  }
  const { object, unknown } = withoutUnknown(row, body);
  const named = [...unknown.map((path) => ['unknown', path] as const), ...duplicates.map((path) => ['duplicate', path] as const)]
    .slice(0, mostNamed)
    .map(([what, path]) => `${what} field "${path.slice(0, longestPath)}"`);
  if (named.length === 0) return body;
  if (mode === 'Strict') throw refuse(`strict decoding error: ${named.join(', ')}`);
  if (mode === 'Warn') call.warnings.push(...named);
  return object;
};
