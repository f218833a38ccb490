import type { Answer } from '@podpass/http';
import { objectAnswer } from '../answer.ts';
import { existing, type ResourceCall } from '../call.ts';
import { requireKnownVersion } from '../versions.ts';

/** GET of one object (or its status). */
export const getObject = (call: ResourceCall): Answer => {
  requireKnownVersion(call);
  return objectAnswer(call, call.target.row, existing(call));
};
