import type { ResourceRow } from '../resources/types.ts';
import { mediaTypes } from '../wire.ts';
import { contentTypeOf } from './body.ts';
import type { ApiCall } from './call.ts';
import { duplicateMembers } from '../custom/serving/duplicates.ts';

/**
 * Paths of the fields that the text of a custom resource names twice. Parsing keeps the last of them silently; for built-in kinds this
 * server leaves it at that.
 */
export const duplicatesOf = (call: ApiCall, row: ResourceRow): readonly string[] =>
  row.custom === undefined || contentTypeOf(call) !== mediaTypes.json ? [] : duplicateMembers(call.exchange.body.toString('utf8'));
