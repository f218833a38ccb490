import type { AccessTokenVerifier } from '@podpass/directory';
import type { Answer, Exchange, Fault, Surface } from '@podpass/http';
import type { Telemetry } from '@podpass/telemetry';
import { errorAnswer, Refusal, type ErrorKind } from './errors.ts';
import { operations } from './operations.ts';
import { permissions, type ServedOperation } from './permissions.ts';
import type { AccessCheck } from './ports.ts';
import { authenticate } from './request/authenticate.ts';
import { authorize } from './request/authorize.ts';
import type { Call, OperationDeps } from './request/call.ts';
import { checkApiVersion } from './request/query.ts';
import { matchRoute } from './request/routes.ts';
import type { VaultDirectory } from './vaults/vault-directory.ts';
import type { VaultRecord } from './vaults/vault-record.ts';
import { maxBodyBytes, serviceVersion } from './wire.ts';

export interface SurfaceDeps extends OperationDeps {
  readonly vaults: VaultDirectory;
  readonly verifier: AccessTokenVerifier;
  readonly access: AccessCheck;
  readonly telemetry: Telemetry;
}

const isServed = (operation: string): operation is ServedOperation => Object.hasOwn(operations, operation);

const faults: Readonly<Record<Fault['kind'], ErrorKind>> = {
  'body-too-large': 'bodyTooLarge',
  'headers-too-large': 'headersTooLarge',
  'malformed-request': 'badParameter',
  'bad-path': 'badParameter',
  timeout: 'timeout',
  internal: 'internal',
};

/** Headers of every answer, as recorded from the service. */
const commonHeaders = (exchange: Pick<Exchange, 'id' | 'headers'> | undefined, location: string | undefined): Record<string, string> => {
  const clientRequestId = exchange?.headers['x-ms-client-request-id'];
  return {
    'Cache-Control': 'no-cache',
    Pragma: 'no-cache',
    Expires: '-1',
    'Strict-Transport-Security': 'max-age=31536000;includeSubDomains',
    'X-Content-Type-Options': 'nosniff',
    'x-ms-keyvault-service-version': serviceVersion,
    ...(location === undefined ? {} : { 'x-ms-keyvault-region': location }),
    ...(exchange === undefined ? {} : { 'x-ms-request-id': exchange.id }),
    ...(typeof clientRequestId === 'string' && /^[\w-]{1,64}$/.test(clientRequestId) ? { 'x-ms-client-request-id': clientRequestId } : {}),
  };
};

const networkInfo = (address: string): string =>
  `conn_type=${address.includes(':') ? 'Ipv6' : 'Ipv4'};addr=${address};act_addr_fam=${address.includes(':') ? 'InterNetworkV6' : 'InterNetwork'};`;

/** The data plane as a surface. Every request passes the same phases in the same order; only then an operation runs. */
export const createSurface = (deps: SurfaceDeps): Surface => {
  const { vaults, profile, telemetry } = deps;

  const findVault = (exchange: Exchange): VaultRecord => {
    const found = vaults.byHost(exchange.host);
    if (found !== undefined) return found;
    // Azure removes the DNS name instead; a listener behind a wildcard has to say it in words.
    throw new Refusal('vaultNotFound', `No key vault answers at ${exchange.host}: it does not exist or was deleted.`);
  };

  const dispatch = async (exchange: Exchange, { uid, vault }: VaultRecord): Promise<Answer> => {
    const caller = await authenticate(deps, exchange, vault);
    const apiVersion = checkApiVersion(exchange);
    const { row, name, version } = matchRoute(exchange.method, exchange.path);
    if (!isServed(row.operation)) {
      telemetry.metrics.refusals.increment({ surface: 'keyvault', reason: row.operation });
      throw new Refusal(
        'notImplemented',
        `The operation ${row.operation} is not available: this Key Vault serves secrets only, without backup.`,
      );
    }
    const audit = (refusal: ErrorKind | undefined): void =>
      telemetry.audit({
        event: 'key-vault',
        outcome: refusal === undefined ? 'granted' : 'refused',
        reason: refusal,
        operation: row.operation,
        vault: vault.resourceId,
        item: name,
        caller: caller.objectId,
        application: caller.appId,
      });
    try {
      authorize(deps.access, { caller, vault, permission: permissions[row.operation], name });
      const call: Call = { exchange, vault, caller, apiVersion, secret: { uid, name: name ?? '' }, version };
      const answer = await operations[row.operation](deps, call);
      audit(undefined);
      return answer;
    } catch (thrown) {
      audit(thrown instanceof Refusal ? thrown.kind : 'internal');
      throw thrown;
    }
  };

  const refuse = (thrown: unknown): Answer => {
    if (!(thrown instanceof Refusal)) throw thrown;
    return errorAnswer(thrown.kind, thrown.message, thrown.headers);
  };

  return {
    name: 'keyvault',
    bodyLimit: maxBodyBytes,
    hosts: [`{vault}${profile.suffix}`],
    serves: (host) => host.endsWith(profile.suffix) && !host.slice(0, -profile.suffix.length).includes('.'),
    async handle(exchange) {
      let found: VaultRecord | undefined;
      let answer: Answer;
      try {
        found = findVault(exchange);
        answer = await dispatch(exchange, found);
      } catch (thrown) {
        answer = refuse(thrown);
      }
      const headers = {
        ...commonHeaders(exchange, found?.vault.location),
        'x-ms-keyvault-network-info': networkInfo(exchange.peer.address),
        ...answer.headers,
      };
      return { ...answer, headers };
    },
    fault(fault) {
      const message = fault.kind === 'internal' ? 'An unexpected error occurred.' : fault.message;
      const written = errorAnswer(faults[fault.kind], message, commonHeaders(fault.exchange, undefined));
      return { ...written, status: fault.status ?? written.status };
    },
  };
};
