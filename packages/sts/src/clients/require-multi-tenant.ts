import { AadstsError } from '../errors.ts';
import { tenantWord } from '../requests/tenant.ts';
import type { Client } from './types.ts';

/** Throws AADSTS50194 when an application of one tenant is used at `common` or `organizations`. */
export const requireMultiTenant = (tenantSegment: string, { application, clientId, displayName }: Client): void => {
  if (application?.signInAudience !== 'AzureADMyOrg' || tenantWord(tenantSegment) === undefined) return;
  throw new AadstsError(50194, { data: { app: clientId, name: displayName } });
};
