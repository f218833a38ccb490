/**
 * The resource for which a managed identity asks a token that is to serve as a federated credential, and the audience that the
 * credential names. https://learn.microsoft.com/entra/workload-id/workload-identity-federation-config-app-trust-managed-identity
 */
export const exchangeResourceId = 'fb60f99c-7a34-4190-8149-302f77469936';
export const exchangeAudience = 'api://AzureADTokenExchange';
