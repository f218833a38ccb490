import { isGuid } from '@podpass/kernel';
import { describe, expect, it } from 'vitest';
import { firstPartyApplications, graphAppId } from './index.ts';

describe('the table of Microsoft’s APIs', () => {
  it('names each API, URI, role and scope once', () => {
    const unique = (values: readonly string[]) => expect(new Set(values.map((value) => value.toLowerCase())).size).toBe(values.length);
    unique(firstPartyApplications.map(({ appId }) => appId));
    unique(firstPartyApplications.flatMap(({ identifierUris }) => identifierUris));
    for (const { appId, appRoles, permissionScopes, identifierUris } of firstPartyApplications) {
      unique([...appRoles, ...permissionScopes].map(({ id }) => id));
      unique(appRoles.map(({ value }) => value ?? ''));
      unique(permissionScopes.map(({ value }) => value));
      expect(
        [appId, ...[...appRoles, ...permissionScopes].map(({ id }) => id)].filter((id) => !isGuid(id) || id !== id.toLowerCase()),
      ).toEqual([]);
      expect(identifierUris.filter((uri) => uri.endsWith('/'))).toEqual([]);
    }
  });

  it('lets users consent to what concerns themselves only', () => {
    const graph = firstPartyApplications.find(({ appId }) => appId === graphAppId)!;
    const byUsers = graph.permissionScopes.filter(({ type }) => type === 'User').map(({ value }) => value);
    expect(byUsers.toSorted()).toEqual(['User.Read', 'User.ReadBasic.All', 'email', 'offline_access', 'openid', 'profile']);
    expect(graph.appRoles.every(({ allowedMemberTypes }) => allowedMemberTypes.join() === 'Application')).toBe(true);
  });
});
