import type { Tenant } from '@podpass/directory';
import { AadstsError } from '../errors.ts';
import type { Services } from '../services.ts';
import { flowClient } from './flow-client.ts';
import type { Flow } from './types.ts';

/** What every page of a flow shows: the client's name, the tenant; and where its forms may lead in the end. */
export const flowFrame = (
  services: Pick<Services, 'directory'>,
  flow: Flow,
): { readonly clientName: string; readonly tenant: Tenant | undefined; readonly leadsTo: string | undefined } => {
  const tenant = flow.tenantId === undefined ? undefined : services.directory.tenants.find(flow.tenantId);
  return { clientName: nameOf(services, tenant, flow.clientId), tenant, leadsTo: 'redirectUri' in flow ? flow.redirectUri : undefined };
};

const nameOf = (services: Pick<Services, 'directory'>, tenant: Tenant | undefined, clientId: string): string => {
  try {
    return flowClient(services, tenant, clientId).displayName;
  } catch (thrown) {
    // The client may have gone since the journey began; the step that needs it will say so.
    if (thrown instanceof AadstsError) return clientId;
    throw thrown;
  }
};
