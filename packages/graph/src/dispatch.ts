import type { AccessTokenFailure, AccessTokenVerifier, Caller, Directory } from '@podpass/directory';
import type { Answer, Exchange } from '@podpass/http';
import type { Clock } from '@podpass/kernel';
import type { Telemetry } from '@podpass/telemetry';
import { errorAnswer, GraphError, type GraphErrorName } from './errors.ts';
import { createRouteFinder, type FoundRoute } from './find-route.ts';
import { createGuesses } from './guesses.ts';
import { fromKernelError } from './kernel-errors.ts';
import { parseOptions } from './odata/options.ts';
import { createPageTokens } from './odata/page-tokens.ts';
import { callerMay, createAccess, tokenAllows } from './permissions.ts';
import type { GraphRequest } from './request.ts';
import { routes } from './routes.ts';
import { resolveKeys } from './target.ts';
import { createSight } from './visibility.ts';

interface DispatcherOptions {
  readonly directory: Directory;
  readonly verifier: AccessTokenVerifier;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  readonly audiences: readonly string[];
}

/** What is known of a request by the time that it is audited. */
interface Progress {
  caller?: Caller;
  found?: FoundRoute;
  object?: string | undefined;
}

const tokenErrors: Readonly<Record<AccessTokenFailure['reason'], GraphErrorName>> = {
  missing: 'tokenMissing',
  malformed: 'tokenMalformed',
  signature: 'tokenSignature',
  expired: 'tokenExpired',
  'not-yet-valid': 'tokenEarly',
  audience: 'tokenAudience',
  issuer: 'tokenIssuer',
};

const resources: Readonly<Record<string, string>> = {
  me: 'User',
  users: 'User',
  groups: 'Group',
  applications: 'Application',
  serviceprincipals: 'ServicePrincipal',
  oauth2permissiongrants: 'OAuth2PermissionGrant',
};

/**
 * The way of every request: token, route, permission in the token, the caller in the directory, the object of the path, the caller's own right to it, query
 * options, operation. Writes and refusals for want of rights leave one audit line each.
 */
export const createDispatcher = ({ directory, verifier, clock, telemetry, audiences }: DispatcherOptions) => {
  const findRoute = createRouteFinder(routes);
  const pageTokens = createPageTokens();
  const guesses = createGuesses(clock);

  const answer = async (exchange: Exchange, progress: Progress, nested: boolean): Promise<Answer> => {
    const verified = await verifier.verify(exchange.headers.authorization, { audiences });
    if ('failure' in verified) throw new GraphError(tokenErrors[verified.failure.reason]);
    const { caller } = verified;
    progress.caller = caller;
    const found = findRoute(exchange.method, exchange.path);
    progress.found = found;
    const { route } = found;
    if (nested && route.path === '$batch') throw new GraphError('badBatch', { reason: 'a batch within a batch.' });
    if (isMe(found) && caller.kind !== 'user') throw new GraphError('delegatedOnly');
    const access = createAccess(caller, directory);
    if (!tokenAllows(access, route.permission)) throw new GraphError('denied');
    checkIdentity(caller, directory);
    const keys = resolveKeys(found, { caller, directory });
    progress.object = keys['id'];
    if (!callerMay(access, route.permission, keys['id'])) throw new GraphError('denied');
    const query = parseOptions(exchange, route.options ?? []);
    const request: GraphRequest = {
      exchange,
      caller,
      access: { ...access, sees: createSight(access) },
      directory,
      clock,
      route,
      keys,
      query,
      pageTokens,
      guesses,
      dispatch: (inner) => dispatch(inner, true),
    };
    return route.run(request);
  };

  const audit = (exchange: Exchange, { caller, found, object }: Progress, refusal?: GraphError): void => {
    const writes = found !== undefined && found.route.method !== 'GET' && !found.route.reads;
    if (!writes && refusal?.row.status !== 403) return;
    telemetry.audit({
      event: 'graph-write',
      outcome: refusal ? 'refused' : 'granted',
      reason: refusal?.reason,
      request: exchange.id,
      operation: found && `${found.route.method} /${found.route.path}`,
      tenant: caller?.tenantId,
      caller: caller?.objectId,
      client: caller?.appId,
      object,
    });
  };

  const dispatch = async (exchange: Exchange, nested: boolean): Promise<Answer> => {
    const progress: Progress = {};
    try {
      const answered = await answer(exchange, progress, nested);
      audit(exchange, progress);
      return answered;
    } catch (thrown) {
      const resource = resources[progress.found?.route.path.toLowerCase().split('/')[0] ?? ''] ?? 'DirectoryObject';
      const error = fromKernelError(thrown, { resource, id: progress.object ?? '' });
      if (!(error instanceof GraphError)) throw error;
      audit(exchange, progress, error);
      if (error.row.status === 501) telemetry.metrics.refusals.increment({ surface: 'graph', reason: 'not-offered' });
      return errorAnswer(error, exchange, clock);
    }
  };
  return (exchange: Exchange): Promise<Answer> => dispatch(exchange, false);
};

const isMe = ({ route }: FoundRoute): boolean => route.path === 'me' || route.path.startsWith('me/');

/** Tokens outlive their principals; rights do not. */
const checkIdentity = ({ kind, tenantId, objectId }: Caller, directory: Directory): void => {
  const principal = kind === 'user' ? directory.users.byId(tenantId, objectId) : directory.servicePrincipals.byId(tenantId, objectId);
  if (!principal) throw new GraphError('identityNotFound');
  if (!principal.accountEnabled) throw new GraphError('identityDisabled');
};
