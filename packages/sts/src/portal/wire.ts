/**
 * The one call of the portal's private service that the Azure CLI makes (`az ad app permission admin-consent`). It is not documented;
 * host, path, query and audience are those of the CLI's source. The bodies of refusals could not be compared with Azure's.
 */
export const portalHost = 'main.iam.ad.ext.azure.com';
export const portalConsentPath = /^\/api\/RegisteredApplications\/([^/]+)\/Consent$/i;
export const onBehalfOfAll = 'onBehalfOfAll';
export const portalBodyLimit = 16 * 1024;
