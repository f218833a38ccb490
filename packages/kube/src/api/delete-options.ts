import { isObject } from '@podpass/kernel';
import { errors } from '../errors.ts';
import { fields, number, text } from '../object/read.ts';
import { readBody } from './body.ts';
import type { ApiCall } from './call.ts';
import { dryRunOf, writeOptions } from './options.ts';
import type { Fields } from '../object/types.ts';

type Propagation = 'Background' | 'Foreground' | 'Orphan';

export interface DeleteOptions {
  readonly dryRun: boolean;
  /** Seconds; undefined leaves it to the object. */
  readonly grace: number | undefined;
  readonly propagation: Propagation | undefined;
  readonly uid: string | undefined;
  readonly resourceVersion: string | undefined;
  /** As webhooks see them. */
  readonly wire: Fields;
}

const propagations: readonly string[] = ['Background', 'Foreground', 'Orphan'];

const invalid = (field: string, reason: string, message: string) =>
  errors.invalid({ group: 'meta.k8s.io', kind: 'DeleteOptions' }, '', [{ field, reason, message }]);

/** DeleteOptions of any group version are the same. */
const bodyOf = (call: ApiCall): Fields => {
  if (call.exchange.body.length === 0) return {};
  const group = { group: '', version: 'v1', kind: 'DeleteOptions' };
  try {
    return readBody(call, group);
  } catch (thrown) {
    // Typed clients send them as `meta.k8s.io/v1`.
    if (!/meta\.k8s\.io/.test(call.exchange.body.toString('latin1'))) throw thrown;
    return readBody(call, { group: 'meta.k8s.io', version: 'v1', kind: 'DeleteOptions' });
  }
};

/** Reads DeleteOptions from the body and the query. Throws BadRequest or Invalid. */
export const deleteOptions = (call: ApiCall): DeleteOptions => {
  const body = bodyOf(call);
  const { query } = call.exchange;
  const base = writeOptions(call, 'DeleteOptions');
  const asked = query.get('gracePeriodSeconds');
  const grace = number(body['gracePeriodSeconds']) ?? (asked === null || asked === '' ? undefined : Number(asked));
  if (grace !== undefined && (!Number.isSafeInteger(grace) || grace < 0)) {
    throw invalid('gracePeriodSeconds', 'FieldValueInvalid', `Invalid value: ${String(grace)}: must be greater than or equal to 0`);
  }
  const propagation = text(body['propagationPolicy']) || query.get('propagationPolicy') || undefined;
  if (propagation !== undefined && !propagations.includes(propagation)) {
    throw invalid(
      'propagationPolicy',
      'FieldValueNotSupported',
      `Unsupported value: "${propagation.slice(0, 64)}": supported values: "Background", "Foreground", "Orphan"`,
    );
  }
  const orphan = body['orphanDependents'] === true ? 'Orphan' : undefined;
  const preconditions = isObject(body['preconditions']) ? fields(body['preconditions']) : {};
  const dryRun = base.dryRun || dryRunOf(body['dryRun']);
  return {
    dryRun,
    grace,
    propagation: (propagation as Propagation | undefined) ?? orphan,
    uid: text(preconditions['uid']) || undefined,
    resourceVersion: text(preconditions['resourceVersion']) || undefined,
    wire: {
      ...base.wire,
      ...(grace === undefined ? {} : { gracePeriodSeconds: grace }),
      ...(propagation === undefined ? {} : { propagationPolicy: propagation }),
      ...(dryRun ? { dryRun: ['All'] } : {}),
    },
  };
};
