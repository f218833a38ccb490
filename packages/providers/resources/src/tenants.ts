import { operation } from '@podpass/arm';
import { paths } from './wire.ts';

/** The tenants that the caller belongs to; here, always the one that issued the token. */
export const tenantsList = operation({
  name: 'Tenants_List',
  method: 'GET',
  path: paths.tenants,
  access: { kind: 'signed-in' },
  handler: async ({ arm, caller }) => {
    const tenant = arm.directory.tenants.find(caller.tenantId);
    const value =
      tenant === undefined
        ? []
        : [
            {
              id: `/tenants/${tenant.id}`,
              tenantId: tenant.id,
              countryCode: 'US',
              displayName: tenant.displayName,
              domains: tenant.domains,
              tenantCategory: 'Home',
              defaultDomain: tenant.domains[0],
              tenantType: 'AAD',
            },
          ];
    return { status: 200, body: { value } };
  },
});
