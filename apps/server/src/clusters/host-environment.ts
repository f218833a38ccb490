import { join } from 'node:path';
import type { DataFolder } from '../data/folder.ts';
import { platformAddress, proxyPortInside } from './cluster-network.ts';
import { sharedPrograms } from './shared-programs.ts';

type Environment = Readonly<Record<string, string>>;

/** What every container finds in its environment beneath its own variables, by runtime. */
export interface HostEnvironments {
  /** Containers share the machine's network: the proxy leads to the platform. */
  readonly process: Environment;
  /** Containers have a network in which the platform's names lead to it by themselves. */
  readonly namespace: Environment;
  /** Files of the data folder that containers with a file system of their own see nevertheless, read-only. */
  readonly shared: readonly { readonly from: string; readonly to: string }[];
  /** Folders that such containers must not see. */
  readonly masked: readonly string[];
}

/** Where the certificates lie in containers that do not see the data folder. */
const inside = { ca: '/etc/podpass/ca.pem', caBundle: '/etc/podpass/ca-bundle.pem', javaTrustStore: '/etc/podpass/ca-trust.p12' } as const;

/** Folders of a home in which tools keep credentials. */
const privateFolders = ['.azure', '.kube', '.ssh', '.aws', '.gnupg', '.docker', '.config'] as const;

const noProxy = 'localhost,127.0.0.1,::1,169.254.169.254';

const proxyVariables = (proxyUrl: string): Environment => ({
  HTTPS_PROXY: proxyUrl,
  https_proxy: proxyUrl,
  NO_PROXY: noProxy,
  no_proxy: noProxy,
});

const trustVariables = (files: { readonly ca: string; readonly caBundle: string }): Environment => ({
  SSL_CERT_FILE: files.caBundle,
  REQUESTS_CA_BUNDLE: files.caBundle,
  CURL_CA_BUNDLE: files.caBundle,
  NODE_EXTRA_CA_CERTS: files.ca,
});

/**
 * The way to the platform and the certificates to trust. In a real node the network and the image's trust store give the same.
 * `tunnels` says whether the proxy leads anywhere but to the platform.
 */
export const hostEnvironments = (from: {
  readonly proxyUrl: string;
  readonly tunnels: boolean;
  readonly folder: DataFolder;
  readonly path: string | undefined;
  /** Home of the platform's user. */
  readonly home: string;
  /** Folders of the platform's own programs. */
  readonly programs: readonly string[];
}): HostEnvironments => {
  const { proxyUrl, tunnels, folder, path, home, programs } = from;
  // Beside the platform's own secrets, those that its user keeps for other tools.
  const masked = [folder.root, ...privateFolders.map((name) => join(home, name))];
  const common: Environment = path === undefined ? {} : { PATH: path };
  const proxyInside = tunnels ? `http://${platformAddress}:${String(proxyPortInside)}` : undefined;
  return {
    process: {
      ...common,
      ...proxyVariables(proxyUrl),
      ...trustVariables(folder),
      JAVA_TOOL_OPTIONS: javaOptions(proxyUrl, folder.javaTrustStore),
    },
    namespace: {
      ...common,
      ...(proxyInside === undefined ? {} : proxyVariables(proxyInside)),
      ...trustVariables(inside),
      JAVA_TOOL_OPTIONS: javaOptions(proxyInside, inside.javaTrustStore),
    },
    shared: [
      ...sharedPrograms(programs, masked),
      { from: folder.ca, to: inside.ca },
      { from: folder.caBundle, to: inside.caBundle },
      { from: folder.javaTrustStore, to: inside.javaTrustStore },
    ],
    masked,
  };
};

/** The virtual machine's own way to be told of a trust store and a proxy. A path with blanks must be quoted there. */
const javaOptions = (proxyUrl: string | undefined, trustStore: string): string => {
  const store = `-Djavax.net.ssl.trustStore=${trustStore}`;
  const trust = `${/\s/.test(store) ? `"${store}"` : store} -Djavax.net.ssl.trustStoreType=PKCS12`;
  if (proxyUrl === undefined) return trust;
  const { hostname, port } = new URL(proxyUrl);
  return `${trust} -Dhttps.proxyHost=${hostname} -Dhttps.proxyPort=${port}`;
};
