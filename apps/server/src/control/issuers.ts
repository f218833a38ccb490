import type { TokenService } from '@podpass/sts';
import type { ControlRoute } from './control.ts';
import { ControlRefusal, readFields, refusing } from './request.ts';

const issuerOf = (issuer: unknown): string => {
  if (typeof issuer !== 'string' || issuer === '' || issuer.length > 600)
    throw new ControlRefusal('issuer must be the URL of an issuer, of at most 600 characters.');
  return issuer;
};

/** The internal issuers that the operator vouches for: the token service reaches those and no other internal address. */
export const issuerRoutes = (issuers: Pick<TokenService['issuers'], 'list' | 'register' | 'remove'>): readonly ControlRoute[] => [
  { method: 'GET', path: '/issuers', handle: async () => ({ issuers: issuers.list() }) },
  {
    method: 'PUT',
    path: '/issuers',
    async handle({ body }) {
      const { issuer, ca } = readFields(body, ['issuer', 'ca']);
      if (ca !== undefined && typeof ca !== 'string') throw new ControlRefusal('ca must hold certificates in PEM.');
      return refusing(issuers.register({ issuer: issuerOf(issuer), ...(ca === undefined ? {} : { ca }) }));
    },
  },
  {
    method: 'DELETE',
    path: '/issuers',
    async handle({ query }) {
      const issuer = issuerOf(query.get('issuer'));
      return { issuer, removed: await issuers.remove(issuer) };
    },
  },
];
