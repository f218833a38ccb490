import type { JsonObject } from '@podpass/kernel';
import { validateFields } from '../codec/index.ts';
import { errors, type StatusError } from '../errors.ts';
import type { Fields } from '../object/types.ts';
import { kindOf } from '../resources/lookup.ts';
import type { ResourceRow } from '../resources/types.ts';
import { pruned } from '../schema/schema.ts';
import type { ApiCall } from './call.ts';

/**
 * Applies `fieldValidation`: `Strict` refuses unknown fields, `Warn` (the default) names them in warnings; both and `Ignore` drop them.
 * Returns the body without them. `refuse` words a refusal that is not about an object sent as it is.
 */
export const withoutUnknownFields = (
  call: ApiCall,
  row: ResourceRow,
  body: Fields,
  refuse: (problem: string) => StatusError = (problem) =>
    errors.badRequest(`${row.kind} in version "${row.version}" cannot be handled as a ${row.kind}: ${problem}`),
): Fields => {
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
  const unknown = validateFields(kindOf(row), body as JsonObject);
  if (unknown.length === 0) return body;
  const named = unknown.map((path) => `unknown field "${path}"`);
  if (mode === 'Strict') throw refuse(`strict decoding error: ${named.join(', ')}`);
  if (mode === 'Warn') call.warnings.push(...named);
  return pruned(body, unknown);
};
