import { fail } from '../errors.ts';
import { nameLimits } from '../wire.ts';
import type { Phase } from './flow.ts';

/** Decodes one path segment; a decoded slash, backslash or control character has no place in a name. */
const decode = (segment: string): string => {
  let text: string;
  try {
    text = decodeURIComponent(segment);
  } catch {
    throw fail('InvalidRequestUri', { problem: 'it is not percent-encoded properly' });
  }
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  if (/[/\\\u0000-\u001f\u007f]/.test(text) || text === '.' || text === '..') {
    throw fail('InvalidRequestUri', { problem: 'a segment of its path holds characters that are not allowed' });
  }
  if (text.length > nameLimits.resource) {
    throw fail('InvalidRequestUri', { problem: `a segment of its path is longer than ${nameLimits.resource} characters` });
  }
  return text;
};

/** Splits and decodes the path, and looks the operation up. An unknown path is refused later, to callers with a token. */
export const matchRoute: Phase = (flow, { router }) => {
  const { path, method } = flow.exchange;
  if (path.length > nameLimits.path) throw fail('InvalidRequestUri', { problem: `its path is longer than ${nameLimits.path} characters` });
  const raw = path.replace(/^\/+/, '').replace(/\/+$/, '');
  const segments = raw === '' ? [] : raw.split('/').map(decode);
  if (segments.includes('')) throw fail('InvalidRequestUri', { problem: 'a segment of its path is empty' });
  if (segments.length > nameLimits.segments) throw fail('InvalidRequestUri', { problem: 'its path has too many segments' });
  flow.segments = segments;
  flow.routed = router.route(method, segments);
  if (flow.routed.kind === 'found') flow.found = flow.routed.found;
};
