import type { Answer, Exchange } from '@podpass/http';
import { AadstsError } from '../errors.ts';
import type { Services } from '../services.ts';
import { metadataHeaders } from './discovery.ts';

/**
 * Tells clients whether an authority's host is one of the cloud's, and which names mean the same.
 * https://learn.microsoft.com/entra/msal/dotnet/advanced/instance-discovery is what MSAL does with it.
 */
export const instanceDiscovery = ({ names }: Services, exchange: Exchange): Answer => {
  const asked = exchange.query.get('authorization_endpoint');
  if (asked === null) throw new AadstsError(900144, { data: { parameter: 'authorization_endpoint' } });
  const endpoint = URL.parse(asked);
  const tenant = endpoint?.pathname.split('/')[1];
  if (endpoint?.protocol !== 'https:' || !tenant || !names.aliases.includes(endpoint.host)) throw new AadstsError(50049);
  return {
    status: 200,
    headers: metadataHeaders,
    body: {
      tenant_discovery_endpoint: `https://${endpoint.host}/${tenant}/v2.0/.well-known/openid-configuration`,
      'api-version': exchange.query.get('api-version') ?? '1.1',
      metadata: [{ preferred_network: names.authority, preferred_cache: 'login.windows.net', aliases: names.aliases }],
    },
  };
};
