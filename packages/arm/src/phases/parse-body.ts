import { isObject } from '@podpass/kernel';
import { fail } from '../errors.ts';
import { nestingLimit } from '../wire.ts';
import { settled, type Phase } from './flow.ts';

const depth = (value: unknown, limit: number): boolean => {
  if (limit < 0) return false;
  if (Array.isArray(value)) return value.every((each) => depth(each, limit - 1));
  return isObject(value) ? Object.values(value).every((each) => depth(each, limit - 1)) : true;
};

const utf8 = new TextDecoder('utf-8', { fatal: true });

const parse = (bytes: Buffer): unknown => {
  try {
    return JSON.parse(utf8.decode(bytes)) as unknown;
  } catch (thrown) {
    throw fail('InvalidRequestContent', { problem: 'it is not JSON in UTF-8' }, { cause: thrown });
  }
};

/** Parses the body and lets the operation's shape look at it; every problem is named at once. */
export const parseBody: Phase = (flow) => {
  const { operation } = settled(flow.found, 'the operation');
  const { body, method } = flow.exchange;
  const reads = method === 'PUT' || method === 'PATCH' || method === 'POST';
  const raw = reads && body.length > 0 ? parse(body) : undefined;
  if (!depth(raw, nestingLimit)) throw fail('InvalidRequestContent', { problem: `it nests deeper than ${nestingLimit} levels` });
  flow.run = operation.accept(raw);
};
