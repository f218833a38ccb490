import type { Application, SearchableDirectory } from '@podpass/directory';
import type { KnownResource } from './types.ts';

/**
 * Azure's own resources by their documented application ids and URIs.
 * Source: https://learn.microsoft.com/troubleshoot/entra/entra-id/governance/verify-first-party-apps-sign-in
 */
const azureResources: readonly KnownResource[] = [
  {
    appId: '797f4846-ba00-4fd7-ba43-dac1f8f63013',
    displayName: 'Windows Azure Service Management API',
    uris: ['https://management.azure.com', 'https://management.core.windows.net'],
    scopes: ['user_impersonation'],
  },
  {
    appId: '00000003-0000-0000-c000-000000000000',
    displayName: 'Microsoft Graph',
    uris: ['https://graph.microsoft.com'],
    scopes: [
      'Application.ReadWrite.All',
      'AuditLog.Read.All',
      'Directory.AccessAsUser.All',
      'Group.ReadWrite.All',
      'User.Read',
      'User.Read.All',
      'User.ReadBasic.All',
    ],
  },
  {
    appId: 'cfa8b339-82a2-471a-a3c9-0fc0be7a4093',
    displayName: 'Azure Key Vault',
    uris: ['https://vault.azure.net'],
    scopes: ['user_impersonation'],
  },
  {
    appId: 'e406a681-f3d4-42a8-90b6-c2b029497af1',
    displayName: 'Azure Storage',
    uris: ['https://storage.azure.com'],
    scopes: ['user_impersonation'],
  },
  {
    appId: '022907d3-0f1b-48f7-badc-1ba6abab6d66',
    displayName: 'Azure SQL Database',
    uris: ['https://database.windows.net'],
    scopes: ['user_impersonation'],
  },
  {
    appId: '6dae42f8-4368-4678-94ff-3960e28e3630',
    displayName: 'Azure Kubernetes Service AAD Server',
    uris: [],
    scopes: ['user.read'],
  },
];

export const graphAppId = '00000003-0000-0000-c000-000000000000';

/** What a token is asked for. */
export interface Resource {
  readonly appId: string;
  readonly displayName: string;
  /** Version of the access tokens that it accepts. */
  readonly version: 1 | 2;
  readonly scopes: readonly string[];
}

export type FindResource = (tenantId: string, name: string) => Resource | undefined;

const canonical = (name: string) => (name.endsWith('/') ? name.slice(0, -1) : name).toLowerCase();

/**
 * Creates the look-up of resources by URI or application id: first the known ones, then the applications of the tenant. A final slash
 * and the case do not matter, as in Entra.
 */
export const createResources = (further: readonly KnownResource[], directory: SearchableDirectory): FindResource => {
  const known = new Map<string, Resource>();
  for (const { appId, displayName, uris, scopes } of [...azureResources, ...further]) {
    const resource = known.get(canonical(appId)) ?? { appId, displayName, version: 1, scopes };
    for (const name of [appId, ...uris]) known.set(canonical(name), resource);
  }
  return (tenantId, name) => {
    const found = known.get(canonical(name));
    if (found) return found;
    const application = applicationNamed(directory, tenantId, name);
    return application && ofApplication(application);
  };
};

const applicationNamed = (directory: SearchableDirectory, tenantId: string, name: string): Application | undefined => {
  const appId = /^(?:api:\/\/)?([0-9a-f-]{36})\/?$/i.exec(name)?.[1];
  return (
    (appId === undefined ? undefined : directory.applications.byAppId(tenantId, appId)) ??
    directory.applicationByIdentifierUri(tenantId, name)
  );
};

const ofApplication = ({ appId, displayName }: Application): Resource => ({ appId, displayName, version: 2, scopes: [] });
