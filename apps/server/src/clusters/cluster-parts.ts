import type { WireClient } from '@podpass/http';
import type { Clock } from '@podpass/kernel';
import type { ImageCatalogue } from '@podpass/kubelet';
import type { Telemetry } from '@podpass/telemetry';

/** What the parts of a running cluster share. */
export interface ClusterParts {
  readonly wire: WireClient;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  readonly images: ImageCatalogue;
  readonly podsFolder: string;
  /** Variables that every container finds beneath its own: how to reach the platform and whom to trust. */
  readonly hostEnvironment: Readonly<Record<string, string>>;
  /** Tenant that the webhook names to pods. */
  readonly tenantId: string;
}
