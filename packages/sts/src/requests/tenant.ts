import { isGuid } from '@podpass/kernel';
import type { Tenant } from '@podpass/directory';
import { AadstsError } from '../errors.ts';
import type { Services } from '../services.ts';
import { tenantWords } from '../wire.ts';

const domain = /^(?=.{1,253}$)[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})+$/i;

/** The segment as one of the words for the user's own tenant, if it is one. */
export const tenantWord = (segment: string): (typeof tenantWords)[number] | undefined => {
  const lower = segment.toLowerCase();
  return tenantWords.find((word) => word === lower);
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
