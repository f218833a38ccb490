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
});
