import { ContainerServiceClient, type ManagedCluster, type ManagedClusterPodIdentityProfile } from '@azure/arm-containerservice';
import { ClientSecretCredential } from '@azure/identity';
import { text } from 'node:stream/consumers';

/**
 * Writes clusters with the official JavaScript SDK, one step after the other. Runs with the platform's proxy and certificates
 * in its environment; reads {admin, group, steps} as JSON from standard input, prints the outcomes as one JSON array.
 */
interface Step {
  readonly cluster: string;
  /** The body of a new cluster. */
  readonly create?: ManagedCluster;
  /** Another profile for a cluster that is there: read, changed and written as a whole. */
  readonly profile?: ManagedClusterPodIdentityProfile;
}

interface Input {
  readonly admin: {
    readonly tenantId: string;
    readonly subscriptionId: string;
    readonly servicePrincipal: { readonly appId: string; readonly secret: string };
  };
  readonly group: string;
  readonly steps: readonly Step[];
}

const { admin, group, steps } = JSON.parse(await text(process.stdin)) as Input;
const credential = new ClientSecretCredential(admin.tenantId, admin.servicePrincipal.appId, admin.servicePrincipal.secret);
const { managedClusters } = new ContainerServiceClient(credential, admin.subscriptionId);

const take = async ({ cluster, create, profile }: Step): Promise<ManagedCluster> => {
  if (create !== undefined) return managedClusters.createOrUpdate(group, cluster, create, { updateIntervalInMs: 100 });
  const present = await managedClusters.get(group, cluster);
  if (profile === undefined) return present;
  return managedClusters.createOrUpdate(group, cluster, { ...present, podIdentityProfile: profile }, { updateIntervalInMs: 100 });
};

const outcomes: object[] = [];
for (const step of steps) {
  try {
    const { provisioningState, podIdentityProfile } = await take(step);
    outcomes.push({ provisioningState, profile: podIdentityProfile });
  } catch (thrown) {
    const { code, statusCode, message } = thrown as { code?: string; statusCode?: number; message: string };
    outcomes.push({ error: { code, statusCode, message } });
  }
}
process.stdout.write(JSON.stringify(outcomes));
