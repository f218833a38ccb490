import type { Answer } from '@podpass/http';
import type { Services } from '../services.ts';

/** Tells a client how users of a domain sign in: all of ours are managed here, those of other domains unknown. */
export const userRealm = ({ directory }: Services, user: string): Answer => {
  const domain = user.slice(user.lastIndexOf('@') + 1).toLowerCase();
  const managed = directory.tenants.find(domain) !== undefined;
  return {
    status: 200,
    headers: { 'cache-control': 'private', 'x-content-type-options': 'nosniff' },
    body: {
      ver: '1.0',
      account_type: managed ? 'Managed' : 'Unknown',
      ...(managed ? { domain_name: domain } : {}),
      cloud_instance_name: 'microsoftonline.com',
      cloud_audience_urn: 'urn:federation:MicrosoftOnline',
    },
  };
};
