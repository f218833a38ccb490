/** A built-in role of Entra, the same in every tenant. */
export interface DirectoryRoleTemplate {
  readonly id: string;
  readonly displayName: string;
}

/**
 * The directory roles that Podpass enforces; the `wids` claim names them by these ids.
 * Source: https://learn.microsoft.com/entra/identity/role-based-access-control/permissions-reference
 */
export const directoryRoleTemplates = {
  globalAdministrator: { id: '62e90394-69f5-4237-9190-012177145e10', displayName: 'Global Administrator' },
  applicationAdministrator: { id: '9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3', displayName: 'Application Administrator' },
  cloudApplicationAdministrator: { id: '158c047a-c907-4556-b7ef-446551a6b5f7', displayName: 'Cloud Application Administrator' },
  userAdministrator: { id: 'fe930be7-5e62-47db-91af-98c3a49a38b1', displayName: 'User Administrator' },
  groupsAdministrator: { id: 'fdd7a751-b60b-444a-984c-02652fe8fa1c', displayName: 'Groups Administrator' },
  privilegedRoleAdministrator: { id: 'e8611ab8-c189-46e8-94e1-60213ab1f814', displayName: 'Privileged Role Administrator' },
  directoryReaders: { id: '88d8e3e3-8f55-4a1e-953a-9b9898b8876b', displayName: 'Directory Readers' },
} as const satisfies Readonly<Record<string, DirectoryRoleTemplate>>;
