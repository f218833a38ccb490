import type { DataFolder } from '../data/folder.ts';

/**
 * What every container of the `process` runtime finds in its environment beneath its own variables: the way to the
 * platform and the certificates to trust. In a real node the network and the image's trust store give the same.
 */
export const hostEnvironment = ({
  proxyUrl,
  folder,
  path,
}: {
  proxyUrl: string;
  folder: DataFolder;
  path: string | undefined;
}): Readonly<Record<string, string>> => ({
  ...(path === undefined ? {} : { PATH: path }),
  HTTPS_PROXY: proxyUrl,
  https_proxy: proxyUrl,
  NO_PROXY: 'localhost,127.0.0.1,::1',
  no_proxy: 'localhost,127.0.0.1,::1',
  SSL_CERT_FILE: folder.caBundle,
  REQUESTS_CA_BUNDLE: folder.caBundle,
  CURL_CA_BUNDLE: folder.caBundle,
  NODE_EXTRA_CA_CERTS: folder.ca,
  JAVA_TOOL_OPTIONS: javaOptions(proxyUrl, folder),
});

/** The virtual machine's own way to be told of a trust store and a proxy. A path with blanks must be quoted there. */
const javaOptions = (proxyUrl: string, folder: DataFolder): string => {
  const { hostname, port } = new URL(proxyUrl);
  const store = `-Djavax.net.ssl.trustStore=${folder.javaTrustStore}`;
  const quoted = /\s/.test(store) ? `"${store}"` : store;
  return `${quoted} -Djavax.net.ssl.trustStoreType=PKCS12 -Dhttps.proxyHost=${hostname} -Dhttps.proxyPort=${port}`;
};
