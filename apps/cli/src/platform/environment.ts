import path from 'node:path';
import type { DataFolder } from './folder.ts';

export type Variables = Readonly<Record<string, string>>;

/**
 * The variables that make unmodified tools talk to the platform and to nothing else: the proxy, the trust of each language's TLS library, and configuration folders
 * of their own for az and kubectl, so that nobody's real sign-ins are touched. `tools` is a folder to put before PATH.
 */
export const platformVariables = (folder: DataFolder, proxy: string): Variables => ({
  HTTPS_PROXY: proxy,
  https_proxy: proxy,
  NO_PROXY: local,
  no_proxy: local,
  // Python's requests, as az uses it; then Go and OpenSSL; then curl. Each wants one file with everything that it may trust.
  REQUESTS_CA_BUNDLE: folder.caBundle,
  SSL_CERT_FILE: folder.caBundle,
  CURL_CA_BUNDLE: folder.caBundle,
  // Node adds this file to what it trusts anyway.
  NODE_EXTRA_CA_CERTS: folder.ca,
  AZURE_CONFIG_DIR: folder.azure,
  KUBECONFIG: folder.kubeConfig,
  AZURE_CORE_COLLECT_TELEMETRY: 'false',
  // Without it `az login` asks at a terminal which subscription to use.
  AZURE_CORE_LOGIN_EXPERIENCE_V2: 'off',
  // The cache would keep the discovery documents of a platform that was reset.
  AZURE_CORE_USE_MSAL_HTTP_CACHE: 'false',
  PODPASS_DATA: folder.root,
});

const local = 'localhost,127.0.0.1,::1';

/** The whole environment of a command: the caller's, with the platform's variables over it. */
export const commandEnvironment = (
  base: Readonly<Record<string, string | undefined>>,
  variables: Variables,
): Record<string, string | undefined> => ({
  ...base,
  ...variables,
  PATH: toolsFirst(base),
});

/** PATH with the folder that PODPASS_TOOLS names, if any, in front. */
export const toolsFirst = (base: Readonly<Record<string, string | undefined>>): string => {
  const present = base['PATH'] ?? '';
  const tools = base['PODPASS_TOOLS'];
  return tools && !present.split(path.delimiter).includes(tools) ? `${tools}${path.delimiter}${present}` : present;
};
