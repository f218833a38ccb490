/** The instance metadata service: https://learn.microsoft.com/azure/virtual-machines/instance-metadata-service */
export const metadata = { address: '169.254.169.254', port: 80 } as const;

/** Variable by which the Azure SDKs (azidentity, MSAL) find a metadata service elsewhere: scheme, host and port. */
export const authorityHostVariable = 'AZURE_POD_IDENTITY_AUTHORITY_HOST';

export const dnsPort = 53;

/** AKS' defaults: service range 10.0.0.0/16, DNS its tenth address; 168.63.129.16 is Azure's platform address. */
export const defaultAddresses = { dns: '10.0.0.10', api: '10.0.0.1', platform: '168.63.129.16' } as const;
export const defaultNodeCidr = '10.224.0.0/16';

/** Azure takes the first three usable addresses of each subnet for itself. */
export const reservedNodeAddresses = 3;

/** Next hop of pods in Azure's transparent mode; nobody owns it, the neighbour entry is static. */
export const gateway = '169.254.1.1';

export const clusterDomain = 'cluster.local';

export const limits = {
  /** Milliseconds after which a command in a namespace counts as failed. */
  command: 10_000,
  /** Milliseconds for opening sockets in a namespace, start of the helper included. */
  sockets: 15_000,
  /** Bytes that one command may print. */
  output: 65_536,
  /** Bytes of /proc/net/tcp that are searched. */
  table: 8 * 1024 * 1024,
  /** Processes and descriptors that one trace looks at. */
  tracedProcesses: 512,
  tracedDescriptors: 16_384,
  /** Traces that may wait at once; beyond, connections are nobody's. */
  pendingTraces: 256,
  /** Process ids remembered per pod. */
  ownedProcesses: 1024,
  /** Connections that a pod may have open at once to the listeners of its node; more are destroyed. */
  podConnections: 512,
  /** Connections to the metadata address of a node at once, of all pods and of nobody. */
  metadataConnections: 16_384,
  /** Nodes of one cluster. */
  nodes: 250,
} as const;
