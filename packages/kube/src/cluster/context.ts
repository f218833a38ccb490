import type { CertificateAuthority } from '@podpass/crypto';
import type { WireClient } from '@podpass/http';
import type { Clock } from '@podpass/kernel';
import type { Logger, Metrics, Telemetry } from '@podpass/telemetry';
import type { Admission } from '../admission/types.ts';
import type { Authenticator } from '../authn/authenticate.ts';
import type { Authorizer } from '../authz/authorizer.ts';
import type { Registry } from '../registry/registry.ts';
import type { SigningKeys } from '../tokens/keys.ts';
import type { TokenVerifier } from '../tokens/verify.ts';
import type { ClusterSpec } from '../types.ts';

/** Everything that the handlers and controllers of one cluster stand on. */
export interface ClusterContext {
  /** The present specification; replaced by an update. */
  readonly spec: ClusterSpec;
  readonly registry: Registry;
  readonly authorizer: Authorizer;
  readonly keys: SigningKeys;
  readonly tokens: TokenVerifier;
  readonly authenticate: Authenticator;
  readonly ca: CertificateAuthority;
  /** PEM with which in-cluster clients verify the API server. */
  readonly serverCa: string;
  readonly admission: Admission;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly audit: Telemetry['audit'];
  readonly wire: WireClient;
  /** The certificate with which the API server calls kubelets; issued on first use. */
  kubeletClient(): Promise<{ readonly cert: string; readonly key: string }>;
  /** Open watches. */
  readonly watches: { open: number };
  /** Aborted when the cluster goes away. */
  readonly closed: AbortSignal;
}
