import { isGuid } from '@podpass/kernel';
import type { Tenant } from '@podpass/directory';
import { AadstsError } from '../errors.ts';
import type { Services } from '../services.ts';
import { tenantWords } from '../wire.ts';
import type { TokenRequest } from './token-request.ts';

const domain = /^(?=.{1,253}$)[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})+$/i;

/** The segment as one of the words for the user's own tenant, if it is one. */
export const tenantWord = (segment: string): (typeof tenantWords)[number] | undefined => {
  const lower = segment.toLowerCase();
  return tenantWords.find((word) => word === lower);
};

type UsersRequest = Pick<TokenRequest, 'tenantSegment' | 'form'>;

/**
 * The tenant of a user's request: the one that the segment names, or `own`, the user's, where it is a word that leaves it open. Throws what
 * `findTenant` does, and AADSTS9002332 for `consumers`: personal accounts are not offered.
 */
export const tenantOfUser = (services: Pick<Services, 'directory'>, { tenantSegment, form }: UsersRequest, own: string): Tenant => {
  const word = tenantWord(tenantSegment);
  const app = form.get('client_id') ?? '';
  if (word === 'consumers') throw new AadstsError(9002332, { data: { app, name: app } });
  return findTenant(services, word === undefined ? tenantSegment : own);
};

/**
 * The tenant that a path segment names. Throws AADSTS900023 when it is neither a GUID nor a domain, AADSTS90002 when there is
 * no such tenant; `error` replaces the OAuth error, which differs between discovery and the token endpoint.
 */
export const findTenant = ({ directory }: Pick<Services, 'directory'>, segment: string, error?: string): Tenant => {
  const override = error === undefined ? {} : { error };
  if (!isGuid(segment) && !domain.test(segment)) throw new AadstsError(900023, { data: { tenant: segment }, ...override });
  const tenant = directory.tenants.find(segment);
  if (!tenant) throw new AadstsError(90002, { data: { tenant: segment }, ...override });
  return tenant;
};
