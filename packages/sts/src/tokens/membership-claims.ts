import type { ServicePrincipal, Tenant, User } from '@podpass/directory';
import { groupsInToken, memberRoleTemplate } from '../wire.ts';
import type { Claims, Minting } from './mint.ts';

interface Member {
  readonly tenant: Tenant;
  readonly user: User;
}

/** Who reads the claims: the resource of an access token, or the client of an ID token. */
export interface Reader {
  /** What it asks for; several are separated by commas. */
  readonly groupMembershipClaims: string | null;
  readonly firstParty: boolean;
  readonly principal: ServicePrincipal | undefined;
}

type Reads = Pick<Minting, 'directory' | 'names'>;

/**
 * The `groups` and `wids` claims that the reader asks for (`groupMembershipClaims`): all security groups of the user, nested ones included, or
 * those assigned to the reader; and his directory roles, which Microsoft's own resources always get. More groups than a token may hold
 * are replaced by the address that tells them.
 * https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference#groups-overage-claim
 */
export const membershipClaims = (services: Reads, member: Member, reader: Reader): Claims => {
  const asked = new Set((reader.groupMembershipClaims ?? '').split(',').map((word) => word.trim()));
  const groups = groupsFor(services, member, { reader, asked });
  const wids = reader.firstParty || asked.has('All') || asked.has('DirectoryRole');
  return {
    ...(groups.length > groupsInToken ? overage(services, member.user) : {}),
    groups: groups.length === 0 || groups.length > groupsInToken ? undefined : groups,
    wids: wids ? directoryRolesOf(services, member) : undefined,
  };
};

/** The `roles` claim: what the user is assigned at the reader, himself or through groups. */
export const rolesClaim = ({ directory }: Reads, { tenant, user }: Member, { principal }: Pick<Reader, 'principal'>): Claims => {
  const roles = principal ? directory.appRoleAssignments.rolesOf(tenant.id, user.id, principal.id) : [];
  return roles.length === 0 ? {} : { roles };
};

const groupsFor = (
  services: Reads,
  member: Member,
  { reader, asked }: { readonly reader: Reader; readonly asked: ReadonlySet<string> },
): readonly string[] => {
  const { members } = services.directory;
  if (asked.has('All') || asked.has('SecurityGroup')) return members.transitiveGroupsOf(member.tenant.id, member.user.id);
  return asked.has('ApplicationGroup') ? assignedGroups(services, member, reader) : [];
};

/** Only groups that the user is a direct member of: assignments do not reach into nested groups. */
const assignedGroups = ({ directory }: Reads, { tenant, user }: Member, { principal }: Reader): readonly string[] => {
  if (!principal) return [];
  const isAssigned = (groupId: string) =>
    directory.appRoleAssignments.ofPrincipal(tenant.id, groupId).some(({ resourceId }) => resourceId === principal.id);
  return directory.members.ofMember(tenant.id, user.id).filter(isAssigned);
};

const directoryRolesOf = ({ directory }: Reads, { tenant, user }: Member): readonly string[] => [
  ...directory.directoryRoles.ofPrincipal(tenant.id, user.id).map(({ roleTemplateId }) => roleTemplateId),
  memberRoleTemplate,
];

const overage = ({ names }: Reads, user: User): Claims => ({
  _claim_names: { groups: 'src1' },
  _claim_sources: { src1: { endpoint: `https://${names.graphHost}/v1.0/users/${user.id}/getMemberObjects` } },
});
