import { KernelError } from '@podpass/kernel';
import { authorityHosts, defaultAudience, defaultEnvironment, layouts } from './wire.ts';

export type LayoutName = keyof typeof layouts;

/** What a deployment of the webhook is told, as upstream's flags and environment name it. */
export interface WebhookOptions {
  /** AZURE_TENANT_ID. */
  readonly tenantId: string;
  /** AZURE_ENVIRONMENT; the public cloud when absent or empty. */
  readonly azureEnvironment?: string;
  /** Overrides the environment's authority, for clouds of one's own. */
  readonly authorityHost?: string;
  /** Audience of the projected token; `api://AzureADTokenExchange` when absent or empty. */
  readonly audience?: string;
  /** Paths inside the container: those of release v1.6 when absent. */
  readonly layout?: LayoutName;
  /** Not available: must be absent or empty. */
  readonly customTokenEndpointAnnotationSuffix?: string;
  /** Not available: must be absent or empty. */
  readonly customTokenEndpointAudience?: string;
}

/** Checked settings that the mutation works with. */
export interface WebhookConfig {
  readonly tenantId: string;
  readonly authorityHost: string;
  readonly audience: string;
  readonly layout: LayoutName;
}

const invalid = (message: string): KernelError => new KernelError('invalid', message);

const authorityOf = (environment: string): string => {
  const authority = authorityHosts.get((environment || defaultEnvironment).toLowerCase());
  if (authority === undefined) {
    throw invalid(
      `failed to get AAD endpoint: autorest/azure: There is no cloud environment matching the name "${environment.toUpperCase()}"`,
    );
  }
  return authority;
};

/** Checks options. Throws KernelError `invalid` with upstream's start-up texts where it has any. */
export const resolveConfig = (options: WebhookOptions): WebhookConfig => {
  const { tenantId, azureEnvironment = '', authorityHost, audience, layout = 'v1.6' } = options;
  if (tenantId === '') throw invalid('AZURE_TENANT_ID is required');
  const suffix = options.customTokenEndpointAnnotationSuffix ?? '';
  const customAudience = options.customTokenEndpointAudience ?? '';
  if (suffix === '' && customAudience !== '') {
    throw invalid('custom token endpoint annotation suffix cannot be empty when audience is set');
  }
  if (suffix !== '' && customAudience === '') {
    throw invalid('custom token endpoint audience cannot be empty when annotation suffix is set');
  }
  if (suffix !== '') throw invalid('custom token endpoints are not available yet');
  if (!Object.hasOwn(layouts, layout)) throw invalid(`unknown layout "${String(layout)}": expected ${Object.keys(layouts).join(' or ')}`);
  return { tenantId, authorityHost: authorityHost ?? authorityOf(azureEnvironment), audience: audience || defaultAudience, layout };
};
