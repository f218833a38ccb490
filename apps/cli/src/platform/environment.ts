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
  JAVA_TOOL_OPTIONS: javaOptions(folder, proxy),
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

/** Java takes neither proxy nor certificates from other variables: options of the virtual machine say both. A path with blanks must be quoted there. */
const javaOptions = (folder: DataFolder, proxy: string): string => {
  const { hostname, port } = new URL(proxy);
  const store = `-Djavax.net.ssl.trustStore=${folder.javaTrustStore}`;
  return [
    /\s/.test(store) ? `"${store}"` : store,
    '-Djavax.net.ssl.trustStoreType=PKCS12',
    `-Dhttps.proxyHost=${hostname}`,
    `-Dhttps.proxyPort=${port}`,
  ].join(' ');
};

/** The platform's variables, where those that hold a list of options keep the caller's own in front: of two equal options the later one counts. */
export const keepingOptions = (base: Readonly<Record<string, string | undefined>>, variables: Variables): Variables => {
  const own = base['JAVA_TOOL_OPTIONS'];
  const ours = variables['JAVA_TOOL_OPTIONS'] ?? '';
  return !own || ours === '' ? variables : { ...variables, JAVA_TOOL_OPTIONS: own.endsWith(ours) ? own : `${own} ${ours}` };
};

/** The whole environment of a command: the caller's, with the platform's variables over it. */
export const commandEnvironment = (
  base: Readonly<Record<string, string | undefined>>,
  variables: Variables,
): Record<string, string | undefined> => ({
  ...base,
  ...keepingOptions(base, variables),
  PATH: toolsFirst(base),
});

/** PATH with the folder that PODPASS_TOOLS names, if any, in front. */
export const toolsFirst = (base: Readonly<Record<string, string | undefined>>): string => {
  const present = base['PATH'] ?? '';
  const tools = base['PODPASS_TOOLS'];
  return tools && !present.split(path.delimiter).includes(tools) ? `${tools}${path.delimiter}${present}` : present;
};
