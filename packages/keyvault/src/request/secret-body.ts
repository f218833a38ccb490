import { isObject } from '@podpass/kernel';
import { badParameter } from '../errors.ts';
import type { NewSecret, SecretChange } from '../secrets/repository.ts';
import { maxContentTypeLength, maxTagLength, maxTags, maxValueBytes } from '../wire.ts';

/** Latest time that attributes may carry: the end of the year 9999. */
const latestTime = 253_402_300_799;

const readObject = (body: Buffer): Record<string, unknown> => {
  let parsed: unknown;
  try {
    parsed = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    throw badParameter('The request body is not valid JSON in UTF-8.');
  }
  if (!isObject(parsed)) throw badParameter('The request body must be a JSON object.');
  return parsed;
};

/** Reads the members that set and update share. Null means absent, as the SDKs send it. */
const readShared = (body: Record<string, unknown>, problems: string[]): SecretChange => {
  const { contentType, tags } = body;
  const attributes: unknown = body['attributes'] ?? {};
  if (contentType !== undefined && contentType !== null) {
    if (typeof contentType !== 'string') problems.push("Property 'contentType' must be a string.");
    else if (contentType.length > maxContentTypeLength) {
      problems.push(`Property 'contentType' must have at most ${maxContentTypeLength} characters.`);
    }
  }
  if (!isObject(attributes)) problems.push("Property 'attributes' must be an object.");
  const { enabled, nbf, exp } = isObject(attributes) ? attributes : {};
  if (enabled !== undefined && enabled !== null && typeof enabled !== 'boolean') {
    problems.push("Property 'attributes.enabled' must be a boolean.");
  }
  const time = (name: string, value: unknown): number | undefined => {
    if (value === undefined || value === null) return undefined;
    if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= latestTime) return value;
    problems.push(`Property 'attributes.${name}' must be a whole number of seconds since the epoch.`);
    return undefined;
  };
  const notBefore = time('nbf', nbf);
  const expires = time('exp', exp);
  const readTags = checkTags(tags, problems);
  return {
    ...(typeof contentType === 'string' ? { contentType } : {}),
    ...(readTags === undefined ? {} : { tags: readTags }),
    ...(typeof enabled === 'boolean' ? { enabled } : {}),
    ...(notBefore === undefined ? {} : { notBefore }),
    ...(expires === undefined ? {} : { expires }),
  };
};

const checkTags = (tags: unknown, problems: string[]): Record<string, string> | undefined => {
  if (tags === undefined || tags === null) return undefined;
  if (!isObject(tags)) {
    problems.push("Property 'tags' must be an object of strings.");
    return undefined;
  }
  const entries = Object.entries(tags);
  if (entries.length > maxTags) problems.push(`Property 'tags' must have at most ${maxTags} entries.`);
  const fits = (text: unknown) => typeof text === 'string' && text.length <= maxTagLength;
  if (!entries.every(([name, value]) => fits(name) && fits(value))) {
    problems.push(`The names and values in 'tags' must be strings of at most ${maxTagLength} characters.`);
  }
  return problems.length > 0 ? undefined : Object.fromEntries(entries.map(([name, value]) => [name, String(value)]));
};

const refuse = (problems: readonly string[]): void => {
  if (problems.length > 0) throw badParameter(problems.join(' '));
};

/** The window of a version must not be empty. */
export const checkWindow = (window: { notBefore?: number; expires?: number }): void => {
  if (window.notBefore !== undefined && window.expires !== undefined && window.expires <= window.notBefore) {
    throw badParameter("Property 'attributes.exp' must be later than 'attributes.nbf'.");
  }
};

/** The body of a set. Refuses with `badParameter`, naming every problem; never repeats the value. */
export const readNewSecret = (bytes: Buffer): NewSecret => {
  const body = readObject(bytes);
  const problems: string[] = [];
  const { value } = body;
  if (typeof value !== 'string') problems.push("Property 'value' is required and must be a string.");
  else if (!value.isWellFormed()) problems.push("Property 'value' holds half of a surrogate pair.");
  else if (Buffer.byteLength(value) > maxValueBytes) problems.push(`Property 'value' must have at most ${maxValueBytes} bytes.`);
  const shared = readShared(body, problems);
  refuse(problems);
  checkWindow(shared);
  return { ...shared, value: typeof value === 'string' ? value : '' };
};

/** The body of an update: only what is present changes. */
export const readSecretChange = (bytes: Buffer): SecretChange => {
  const body = readObject(bytes);
  const problems: string[] = [];
  const change = readShared(body, problems);
  refuse(problems);
  return change;
};
