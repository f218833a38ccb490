import { describe, expect, it } from 'vitest';
import { resolveConfig } from './config.ts';

describe('resolveConfig', () => {
  it.each([
    [{ tenantId: '' }, 'AZURE_TENANT_ID is required'],
    [{ azureEnvironment: 'Moon' }, 'There is no cloud environment matching the name "MOON"'],
    [{ azureEnvironment: '__proto__' }, 'There is no cloud environment'],
    [{ customTokenEndpointAudience: 'a' }, 'custom token endpoint annotation suffix cannot be empty when audience is set'],
    [{ customTokenEndpointAnnotationSuffix: 's' }, 'custom token endpoint audience cannot be empty when annotation suffix is set'],
    [{ customTokenEndpointAnnotationSuffix: 's', customTokenEndpointAudience: 'a' }, 'custom token endpoints are not available yet'],
    [{ layout: 'v9' as 'v1.6' }, 'unknown layout "v9"'],
  ])('refuses %j', (options, message) => {
    expect(() => resolveConfig({ tenantId: 't', ...options })).toThrow(message);
  });

  it.each([
    [undefined, 'https://login.microsoftonline.com/'],
    ['', 'https://login.microsoftonline.com/'],
    ['AzurePublicCloud', 'https://login.microsoftonline.com/'],
    ['azurecloud', 'https://login.microsoftonline.com/'],
    ['AzureUSGovernmentCloud', 'https://login.microsoftonline.us/'],
    ['AzureChinaCloud', 'https://login.chinacloudapi.cn/'],
    ['AzureGermanCloud', 'https://login.microsoftonline.de/'],
  ])('knows the authority of %s', (azureEnvironment, authorityHost) => {
    const options = azureEnvironment === undefined ? {} : { azureEnvironment };
    expect(resolveConfig({ tenantId: 't', audience: '', ...options })).toEqual({
      tenantId: 't',
      authorityHost,
      audience: 'api://AzureADTokenExchange',
      layout: 'v1.6',
    });
  });
});
