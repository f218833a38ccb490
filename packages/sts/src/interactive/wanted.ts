import type { PermissionScope } from '@podpass/directory';
import { requireAssignment } from '../consent/assignment.ts';
import { consentOf } from '../consent/consent.ts';
import { userTarget, type UserTarget } from '../consent/user-target.ts';
import type { Client } from '../clients/types.ts';
import type { Services } from '../services.ts';
import { flowClient } from './flow-client.ts';
import type { AskedPermissions } from './pages/consent-page.ts';
import type { AuthorizeFlow, DeviceFlow } from './types.ts';
import type { VisitAccount } from './visit.ts';

/** What a flow asks for on behalf of a user, compared with what was consented to. */
export interface Wanted {
  readonly client: Client;
  readonly target: UserTarget;
  readonly missing: readonly PermissionScope[];
  /** What a consent that is asked for anew shows. */
  readonly all: readonly PermissionScope[];
  readonly adminOnly: boolean;
}

/** Throws what `flowClient` and `userTarget` do, AADSTS50105 without a needed assignment and 650057 for a resource that was never registered. */
export const wantedBy = (services: Services, flow: AuthorizeFlow | DeviceFlow, { user, tenant }: VisitAccount): Wanted => {
  const client = flowClient(services, tenant, flow.clientId);
  requireAssignment(services, { tenant, userId: user.id, principal: client.principal });
  const target = userTarget(services, { tenant, client, version: flow.version }, flow.scope);
  requireAssignment(services, { tenant, userId: user.id, principal: target.target.resource.principal });
  const { granted, missing, adminOnly } = consentOf(services, { tenant, client, userId: user.id, wanted: target });
  const has = new Set(granted);
  const { permissionScopes } = target.target.resource.application;
  return { client, target, missing, adminOnly, all: [...permissionScopes.filter(({ value }) => has.has(value)), ...missing] };
};

/** What the page about consent shows: what is missing, or all when the application wants everything confirmed again. */
export const confirmedBy = (flow: AuthorizeFlow | DeviceFlow, { client, missing, all }: Wanted): readonly PermissionScope[] =>
  flow.kind === 'authorize' && flow.prompt === 'consent' && !client.firstParty ? all : missing;

export const askedOf = ({ target }: Wanted, scopes: readonly PermissionScope[]): readonly AskedPermissions[] => [
  { resourceName: target.target.resource.displayName, scopes, roles: [] },
];

/** Name of the tenant that a client's application comes from, when it is another than the user's. */
export const publisherOf = (
  { directory }: Pick<Services, 'directory'>,
  { application }: Client,
  { tenant }: VisitAccount,
): string | undefined =>
  application === undefined || application.tenantId === tenant.id ? undefined : directory.tenants.find(application.tenantId)?.displayName;
