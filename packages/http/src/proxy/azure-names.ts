/**
 * Names of Azure and of the Microsoft services that its tools talk to. A name in this table that Podpass does not
 * implement is refused by the proxy: nothing meant for Azure may leave the machine by accident. Each entry covers the
 * name itself and every name below it. Too much in this table costs a refusal that says so; too little costs a leak.
 */
export const azureSuffixes: readonly string[] = [
  // Sign-in, public cloud. https://learn.microsoft.com/entra/identity-platform/authentication-national-cloud
  'microsoftonline.com',
  'microsoftonline-p.com',
  'login.windows.net',
  'windows.net',
  'msauth.net',
  'msftauth.net',
  'msidentity.com',
  'ciamlogin.com',
  'b2clogin.com',
  'live.com',
  // National clouds, sign-in and services.
  // https://learn.microsoft.com/azure/azure-government/compare-azure-government-global-azure
  // https://learn.microsoft.com/azure/china/resources-developer-guide
  'microsoftonline.us',
  'microsoftonline.cn',
  'microsoftonline.de',
  'chinacloudapi.cn',
  'partner.microsoftonline.cn',
  'usgovcloudapi.net',
  'usgovcloudapp.net',
  'usgovtrafficmanager.net',
  'azure.us',
  'microsoft.us',
  'azure.cn',
  'azure.eaglex.ic.gov',
  'azure.microsoft.scloud',
  'sovcloud-identity.fr',
  'sovcloud-identity.de',
  'sovcloud-identity.sg',
  'chinacloudapp.cn',
  'chinacloudsites.cn',
  'trafficmanager.cn',
  'azurecr.cn',
  'azurecr.us',
  'azmk8s.cn',
  'microsoftazure.de',
  'cloudapi.de',
  // Resource Manager, storage, Key Vault, databases, messaging, issuers, container registries, Kubernetes.
  // https://learn.microsoft.com/azure/security/fundamentals/azure-domains
  'azure.com',
  'azure.net',
  'azure-api.net',
  'azure-automation.net',
  'azure-devices.net',
  'azure-devices-provisioning.net',
  'azurecontainer.io',
  'azurecontainerapps.io',
  'azurecr.io',
  'azurecr-test.io',
  'azmk8s.io',
  'azureedge.net',
  'azurefd.net',
  'azurestaticapps.net',
  'azurewebsites.net',
  'azure-mobile.net',
  'azuredatabricks.net',
  'azurehdinsight.net',
  'azuresynapse.net',
  'azurearcdata.com',
  'azureml.ms',
  'azureml.net',
  'azureiotcentral.com',
  'azconfig.io',
  'cloudapp.net',
  'trafficmanager.net',
  'applicationinsights.io',
  'loganalytics.io',
  'kusto.windows.net',
  'kustomfa.windows.net',
  'dsccon.com',
  'opinsights.azure.com',
  'signalr.net',
  'powerbi.com',
  'dynamics.com',
  // Microsoft Graph, registries, downloads, documentation, short links, telemetry, updates of az and kubectl plug-ins.
  // https://learn.microsoft.com/azure/aks/outbound-rules-control-egress
  // https://learn.microsoft.com/cli/azure/azure-cli-endpoints
  'microsoft.com',
  'microsoft.net',
  'msecnd.net',
  'msedge.net',
  'aka.ms',
  'aad.ms',
  'office.com',
  'office365.com',
  'sharepoint.com',
  'visualstudio.com',
  'vsassets.io',
  'vscode-cdn.net',
  'windowsupdate.com',
  'azcliprod.blob.core.windows.net',
];

const exact = new Set(azureSuffixes);

/** Whether `host` (lower case, no port, no trailing dot) belongs to Azure or Microsoft, implemented or not. */
export const isAzureName = (host: string): boolean => {
  let rest = host;
  while (rest !== '') {
    if (exact.has(rest)) return true;
    const dot = rest.indexOf('.');
    if (dot < 0) return false;
    rest = rest.slice(dot + 1);
  }
  return false;
};
