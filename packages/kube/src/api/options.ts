import { errors } from '../errors.ts';
import type { Fields } from '../object/types.ts';
import type { ApiCall } from './call.ts';

/** Options that all writes share. */
export interface WriteOptions {
  readonly dryRun: boolean;
  /** As webhooks see them. */
  readonly wire: Fields;
}

const unsupportedDryRun = (kind: string, value: unknown) =>
  errors.invalid({ group: 'meta.k8s.io', kind }, '', [
    {
      reason: 'FieldValueNotSupported',
      field: 'dryRun',
      message: `Unsupported value: ${JSON.stringify(value).slice(0, 128)}: supported values: "All"`,
    },
  ]);

/** Reads `dryRun`, `fieldManager` and `fieldValidation` of a write. Throws Invalid. */
export const writeOptions = (call: ApiCall, kind: 'CreateOptions' | 'UpdateOptions' | 'PatchOptions' | 'DeleteOptions'): WriteOptions => {
  const { query } = call.exchange;
  const values = query.getAll('dryRun').filter((value) => value !== '');
  if (values.some((value) => value !== 'All')) throw unsupportedDryRun(kind, values);
  const manager = query.get('fieldManager') ?? '';
  if (manager.length > 128) {
    throw errors.invalid({ group: 'meta.k8s.io', kind }, '', [
      { reason: 'FieldValueTooLong', field: 'fieldManager', message: 'Too long: may not be more than 128 bytes' },
    ]);
  }
  const validation = query.get('fieldValidation') ?? '';
  return {
    dryRun: values.length > 0,
    wire: {
      kind,
      apiVersion: 'meta.k8s.io/v1',
      ...(values.length > 0 ? { dryRun: ['All'] } : {}),
      ...(manager === '' ? {} : { fieldManager: manager }),
      ...(validation === '' ? {} : { fieldValidation: validation }),
    },
  };
};

/** The dry-run list of a DeleteOptions body. Throws Invalid. */
export const dryRunOf = (values: unknown): boolean => {
  if (values === undefined || values === null) return false;
  if (!Array.isArray(values) || values.some((value) => value !== 'All')) throw unsupportedDryRun('DeleteOptions', values);
  return values.length > 0;
};
