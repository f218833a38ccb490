import type { Clock } from '@podpass/kernel';
import type { Telemetry } from '@podpass/telemetry';
import type { InstanceSource, MetadataAnswer, MetadataRequest, MetadataService } from '../types.ts';
import { answerJson, refusal } from './errors.ts';
import { createInstanceOperation } from './instance.ts';
import { badParameters } from './parameters.ts';
import { createThrottle, type Throttle } from './throttle.ts';
import { createTokenOperation } from './token.ts';
import { createTokenCache } from './token-cache.ts';
import {
  documentedLimits,
  forwardedHeader,
  identityVersions,
  instanceVersions,
  metadataHeader,
  metadataRoot,
  refusedCategories,
  type MetadataLimits,
} from './wire.ts';

export interface MetadataServiceOptions {
  readonly source: InstanceSource;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  /** Requests per second and at once; `documentedLimits` when absent. */
  readonly limits?: MetadataLimits;
}

type Check = (request: MetadataRequest) => MetadataAnswer | undefined;

/** The header that no redirection and no form can set. The real service reads it in any case. */
const hasHeader: Check = ({ headers }) => {
  const given = headers[metadataHeader];
  return typeof given === 'string' && given.toLowerCase() === 'true' ? undefined : refusal.noHeader();
};

const checks: readonly Check[] = [
  ({ method }) => (method === 'GET' ? undefined : refusal.method()),
  ({ headers }) => (headers[forwardedHeader] === undefined ? undefined : refusal.forwarded()),
  hasHeader,
  ({ query }) => badParameters(query),
];

/** The segments below /metadata, or undefined when the path is not there. Nothing is decoded: no name needs it. */
const segmentsOf = (path: string): readonly string[] | undefined => {
  const [before, root, ...segments] = path.split('/');
  if (before !== '' || root?.toLowerCase() !== metadataRoot) return undefined;
  if (segments.at(-1) === '') segments.pop();
  return segments;
};

/**
 * The metadata service of one virtual machine, as it answers at 169.254.169.254. Who asks makes no difference: on a
 * machine every process is trusted alike. What must tell pods apart stands in front of it.
 * Source: https://learn.microsoft.com/azure/virtual-machines/instance-metadata-service
 */
export const createMetadataService = ({ source, clock, telemetry, limits = documentedLimits }: MetadataServiceOptions): MetadataService => {
  const log = telemetry.log.child({ surface: 'metadata' });
  const identityThrottle = createThrottle(limits.identity);
  const otherThrottle = createThrottle(limits.other);
  const token = createTokenOperation({ source, clock, log, tokens: createTokenCache({ source, clock }) });
  const instance = createInstanceOperation(source);

  const identity = async (request: MetadataRequest, below: string): Promise<MetadataAnswer> => {
    if (below === 'oauth2/token') return token(request);
    if (below !== 'info') return refusal.notFound();
    if (!identityVersions.includes(request.query.get('api-version') ?? '')) return refusal.identityVersion();
    return answerJson({ tenantId: source.describe().tenantId });
  };

  const route = async (request: MetadataRequest, [category = '', ...below]: readonly string[]): Promise<MetadataAnswer> => {
    if (category === 'identity') return identity(request, below.join('/'));
    if (category === 'instance') return instance(request, below);
    if (category === 'versions' && below.length === 0) return answerJson({ apiVersions: instanceVersions });
    const reason = Object.hasOwn(refusedCategories, category) ? refusedCategories[category] : undefined;
    if (reason === undefined) return refusal.notFound();
    telemetry.metrics.refusals.increment({ surface: 'metadata', reason: category });
    return refusal.notServed(category, reason);
  };

  const limited = async (throttle: Throttle, work: () => Promise<MetadataAnswer>): Promise<MetadataAnswer> => {
    const giveBack = throttle.take();
    if (giveBack === undefined) return refusal.throttled();
    try {
      return await work();
    } catch (thrown) {
      log.error({ error: thrown }, 'a metadata request failed');
      return refusal.internal();
    } finally {
      giveBack();
    }
  };

  return {
    handle: async (request) => {
      for (const check of checks) {
        const refused = check(request);
        if (refused !== undefined) return refused;
      }
      const segments = segmentsOf(request.path);
      if (segments === undefined) return refusal.notFound();
      return limited(segments[0] === 'identity' ? identityThrottle : otherThrottle, () => route(request, segments));
    },
  };
};
