import type { Surface } from '@podpass/http';

export interface ClusterSpec {
  /** Random and immutable; prefix of all the cluster's keys in the store. */
  readonly uid: string;
  readonly name: string;
  /** Host name of the API server, without port. */
  readonly fqdn: string;
  /** `iss` of its service account tokens; ends with a slash. */
  readonly issuer: string;
  /** Whether discovery and JWKS are published under the issuer's name. */
  readonly publishIssuer: boolean;
  /** For example `1.35.2`. */
  readonly version: string;
}

export interface Cluster {
  readonly spec: ClusterSpec;
  /** PEM of the CA that signs client certificates (and that kubeconfigs of components carry). */
  readonly clientCa: string;
  /** Issues a client certificate: user name and groups. */
  issueClient(user: string, groups: readonly string[]): Promise<{ certificate: string; privateKey: string }>;
  /**
   * A server certificate under the cluster's CA for a component that the API server calls (the kubelet of a node).
   * Leaf first, then the CA.
   */
  issueServer(names: {
    readonly dns: readonly string[];
    readonly ips?: readonly string[];
  }): Promise<{ certificate: string; privateKey: string }>;
  /** The new key signs at once, the one before stays published, older ones go. */
  rotateSigningKeys(): Promise<void>;
}

/** All embedded clusters of the platform. */
export interface Clusters {
  /** Creates the cluster with its built-in objects (namespaces, roles, default service accounts); idempotent by uid. */
  create(spec: ClusterSpec): Promise<Cluster>;
  update(spec: ClusterSpec): Promise<Cluster>;
  get(uid: string): Cluster | undefined;
  list(): readonly Cluster[];
  delete(uid: string): Promise<void>;
  /** Serves every cluster's API under its fqdn. */
  readonly api: Surface;
  /** Serves discovery documents and JWKS under the issuers' host names. */
  readonly issuers: Surface;
  close(): Promise<void>;
}
