import type { PermissionScope, Tenant } from '@podpass/directory';
import type { Client } from '../clients/types.ts';
import { AadstsError } from '../errors.ts';
import { graphAppId } from '../resources.ts';
import type { Services } from '../services.ts';
import { publicClientGraphScopes } from '../wire.ts';
import type { UserTarget } from './user-target.ts';

/** What a client may do at a resource on behalf of a user. */
export interface Consent {
  /** Values of the delegated scopes that the token may carry. */
  readonly granted: readonly string[];
  /** What was asked and nobody has consented to. */
  readonly missing: readonly PermissionScope[];
  /** Whether only an administrator can consent to what is missing. */
  readonly adminOnly: boolean;
}

export interface ConsentQuestion {
  readonly tenant: Tenant;
  readonly client: Client;
  readonly userId: string;
  readonly wanted: UserTarget;
}

type Reads = Pick<Services, 'directory'>;

/**
 * Compares what is asked with what was consented to: by the user, by an administrator for all, or by the resource itself, which may have
 * authorised the client beforehand. Microsoft's own clients at Microsoft's own APIs, and an application towards itself, need no consent.
 * At a tenant's own API Microsoft's clients must have been authorised beforehand: nobody can consent for them here, so it is AADSTS65001 at once.
 *
 * `.default` gives what was granted at the resource already; when that is nothing, all that the application registered a wish for is missing.
 * Throws AADSTS650057 when it registered none. https://learn.microsoft.com/entra/identity-platform/scopes-oidc#the-default-scope
 *
 * OpenID scopes that come together with a resource are taken as consented with it; asked alone, they are scopes of Microsoft Graph.
 */
export const consentOf = (services: Reads, question: ConsentQuestion): Consent => {
  const { client, wanted } = question;
  const { application } = wanted.target.resource;
  if ((client.firstParty && application.firstParty) || client.clientId === application.appId) {
    return settled(wanted.named ?? application.permissionScopes.filter((scope) => scope.isEnabled && givenByDefault(scope, question)));
  }
  const consented = consentedIn(services, question);
  if (client.firstParty) return settled(authorisedBeforehand(question, consented));
  if (wanted.named)
    return answerOf(
      wanted.named.filter(consented),
      wanted.named.filter((scope) => !consented(scope)),
    );
  const already = application.permissionScopes.filter((scope) => scope.isEnabled && consented(scope));
  return already.length > 0 ? settled(already) : answerOf([], registeredWishes(question));
};

const authorisedBeforehand = (
  { client, wanted }: ConsentQuestion,
  consented: (scope: PermissionScope) => boolean,
): readonly PermissionScope[] => {
  const { named, target } = wanted;
  const granted = (named ?? target.resource.application.permissionScopes).filter((scope) => scope.isEnabled && consented(scope));
  if (granted.length > 0 && (named === undefined || granted.length === named.length)) return granted;
  throw new AadstsError(65001, { data: { app: client.clientId, name: client.displayName } });
};

const settled = (granted: readonly PermissionScope[]): Consent => answerOf(granted, []);

const answerOf = (granted: readonly PermissionScope[], missing: readonly PermissionScope[]): Consent => ({
  granted: granted.map(({ value }) => value),
  missing,
  adminOnly: missing.some(({ type }) => type === 'Admin'),
});

const givenByDefault = ({ value }: PermissionScope, { client, wanted }: ConsentQuestion): boolean =>
  !client.firstParty || wanted.target.resource.appId !== graphAppId || publicClientGraphScopes.has(value);

const consentedIn = ({ directory }: Reads, { tenant, client, userId, wanted }: ConsentQuestion): ((scope: PermissionScope) => boolean) => {
  const { application, principal } = wanted.target.resource;
  const authorised = application.preAuthorizedApplications.find(({ appId }) => appId.toLowerCase() === client.clientId);
  const granted =
    client.principal && principal
      ? directory.permissionGrants.granted(tenant.id, { clientId: client.principal.id, resourceId: principal.id, userId })
      : undefined;
  return ({ id, value }) => (granted?.has(value) ?? false) || (authorised?.delegatedPermissionIds.includes(id) ?? false);
};

/** The delegated permissions of the resource that the application's registration names. */
const registeredWishes = ({ client, wanted }: ConsentQuestion): readonly PermissionScope[] => {
  const { target } = wanted;
  const wishes = client.application?.requiredResourceAccess ?? [];
  const wish = wishes.find(({ resourceAppId }) => resourceAppId.toLowerCase() === target.resource.appId);
  const ids = new Set((wish?.resourceAccess ?? []).filter(({ type }) => type === 'Scope').map(({ id }) => id));
  const scopes = target.resource.application.permissionScopes.filter(({ id, isEnabled }) => isEnabled && ids.has(id));
  if (scopes.length > 0) return scopes;
  throw new AadstsError(650057, {
    data: {
      app: client.clientId,
      name: client.displayName,
      requested: target.requested,
      resource: target.resource.appId,
      valid: wishes.map(({ resourceAppId }) => resourceAppId).join(', '),
    },
  });
};
