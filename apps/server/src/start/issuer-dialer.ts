import { createDialer, type Dialer, type DialerOptions } from '@podpass/http';

/**
 * The way to the issuers that credentials name: names that the platform serves, public addresses when the outside is allowed, and of all other
 * addresses only those of registered issuers. A served name cannot be led elsewhere by registering it. Public roots vouch for a registered
 * issuer that brings no certificates of its own: the platform's authority has no say over it.
 */
export const createIssuerDialer = (
  options: Omit<DialerOptions, 'route'> & { readonly registered: (host: string, port: number) => boolean },
): Dialer => {
  const { registered, ...reach } = options;
  const direct = createDialer(reach);
  const routed = createDialer({
    ...reach,
    route: (host, port) => (!reach.serves(host) && registered(host, port) ? { host, port } : undefined),
  });
  return { connect: (host, port) => routed.connect(host, port), isExternal: (host) => direct.isExternal?.(host) ?? true };
};
