import { fail } from '../errors.ts';
import type { ProviderDefinition } from '../provider.ts';
import { apiVersionLead, oldestApiVersion } from '../wire.ts';
import type { Flow, Phase } from './flow.ts';

const form = /^(\d{4}-\d{2}-\d{2})(?:-(?:preview|privatepreview|alpha|beta))?$/i;

/** The query parameter, whose name compares without regard to case. */
const apiVersionOf = (query: URLSearchParams): string | undefined => {
  for (const [key, value] of query) if (key.toLowerCase() === 'api-version') return value;
  return undefined;
};

const isDate = (text: string) => {
  const parsed = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(parsed.getTime()) && parsed.toISOString().startsWith(text);
};

/** The namespace after the last `providers` of the path. */
export const namespaceOf = (segments: readonly string[]): { namespace: string; type: string } | undefined => {
  const at = segments.findLastIndex((segment, index) => segment.toLowerCase() === 'providers' && index + 1 < segments.length);
  const namespace = segments[at + 1];
  if (at === -1 || namespace === undefined) return undefined;
  return {
    namespace,
    type: segments
      .slice(at + 2)
      .filter((_, index) => index % 2 === 0)
      .join('/'),
  };
};

const refuse = (flow: Flow, version: string, providers: readonly ProviderDefinition[]) => {
  const place = namespaceOf(flow.segments ?? []);
  const provider = providers.find((each) => each.namespace.toLowerCase() === place?.namespace.toLowerCase());
  const versions = [...new Set((provider ?? providers[0])?.types.flatMap((type) => type.apiVersions))].join(', ');
  if (place === undefined || provider === undefined) return fail('InvalidApiVersionParameter', { version, supported: versions });
  return fail('NoRegisteredProviderFound', { version, type: place.type, supported: versions });
};

/**
 * Azure's providers accept a long and ever-growing list of versions; clients pin whatever they were built with. So any
 * version of a plausible date is taken, and all are answered alike; what has no date, or an impossible one, is refused.
 */
export const checkApiVersion: Phase = (flow, { arm }) => {
  const given = apiVersionOf(flow.exchange.query);
  if (given === undefined || given === '') throw fail('MissingApiVersionParameter');
  const version = given.slice(0, 60);
  const date = form.exec(given)?.[1];
  const newest = new Date(arm.clock.now() + apiVersionLead).toISOString().slice(0, 10);
  if (date === undefined || !isDate(date) || date < oldestApiVersion || date > newest) throw refuse(flow, version, arm.providers);
  flow.apiVersion = given;
};
