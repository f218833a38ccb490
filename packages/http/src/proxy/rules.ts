import { isIP } from 'node:net';
import { addressKind, isLocalName } from '../addresses.ts';
import type { ProxyTarget } from './target.ts';

/** Reasons for which the proxy refuses; they stand in the refusal header and in the metric. */
export type RefusalReason =
  | 'malformed'
  | 'azure-name'
  | 'served-name-port'
  | 'served-name-plain'
  | 'metadata'
  | 'loopback'
  | 'outbound'
  | 'unreachable'
  | 'port';

export interface Refusal {
  readonly action: 'refuse';
  readonly status: 400 | 403 | 502 | 504;
  readonly reason: RefusalReason;
  /** One sentence for the person who sees it: what happened and what to do. */
  readonly sentence: string;
}
export type Decision = Refusal | { readonly action: 'serve' } | { readonly action: 'tunnel' };

export interface ProxyRules {
  /** Whether the platform's listener serves the name. */
  serves(host: string): boolean;
  isAzureName(host: string): boolean;
  readonly outbound: 'refuse' | 'tunnel';
  /** Allow tunnels to the machine itself; default false. */
  readonly allowLoopback?: boolean;
}

export const refuse = (reason: RefusalReason, sentence: string, status: Refusal['status'] = 403): Refusal => ({
  action: 'refuse',
  status,
  reason,
  sentence,
});

const metadata = (host: string): Refusal =>
  refuse(
    'metadata',
    `Podpass refused ${host}: link-local and metadata addresses are never reached through the proxy; use a pod's own identity endpoint instead.`,
  );

const loopback = (host: string): Refusal =>
  refuse('loopback', `Podpass refused ${host}: the proxy makes no connections to the machine itself; exempt the name with NO_PROXY.`);

/** The rule for an address, whether it was written or resolved. Undefined when nothing speaks against it. */
export const refusalOfAddress = (
  address: string,
  host: string,
  { allowLoopback = false }: Pick<ProxyRules, 'allowLoopback'>,
): Refusal | undefined => {
  const kind = addressKind(address);
  if (kind === 'link-local') return metadata(host);
  if (kind === 'loopback' && !allowLoopback) return loopback(host);
  return undefined;
};

/**
 * The proxy's three rules: implemented names are served, other Azure names are refused, the rest goes as configured.
 * Decides by name alone; a tunnel's addresses are checked again once they are resolved.
 */
export const decide = ({ host, port, form }: ProxyTarget, rules: ProxyRules): Decision => {
  if (rules.serves(host)) {
    if (form === 'plain') return refuse('served-name-plain', `Podpass serves ${host} over HTTPS only; use https://${host}.`);
    if (port === 443) return { action: 'serve' };
    return refuse('served-name-port', `Podpass serves ${host} on port 443 only, not on port ${port}; nothing was sent anywhere.`);
  }
  if (isIP(host) !== 0 && addressKind(host) === 'link-local') return metadata(host);
  if (rules.isAzureName(host))
    return refuse(
      'azure-name',
      `Podpass does not implement ${host}, and refuses Azure names that it does not implement: nothing was sent anywhere; docs/parity.md lists what it does, and NO_PROXY exempts a name that is meant to leave the machine.`,
    );
  const local = isLocalName(host) ? loopback(host) : undefined;
  const refusal = isIP(host) === 0 ? (rules.allowLoopback === true ? undefined : local) : refusalOfAddress(host, host, rules);
  if (refusal !== undefined) return refusal;
  if (rules.outbound === 'tunnel') return { action: 'tunnel' };
  return refuse(
    'outbound',
    `Podpass refused ${host}: outbound connections are off; start it with outbound connections on, or exempt the name with NO_PROXY.`,
  );
};
